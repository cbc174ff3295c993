jb @> '{"a":[1.0]}' OR jb ? 'a' OR jb ?| ARRAY[t]
