(jb -> 'a')::numeric + (jb ->> 1)::integer
