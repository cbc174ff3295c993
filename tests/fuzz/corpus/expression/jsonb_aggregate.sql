max_by(jb, i) @> '{}' AND count(jb ->> 'a') > 1
