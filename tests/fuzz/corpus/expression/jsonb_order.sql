jb || jsonb_extract_path(jb, 'a', '-1') < '[1e999]'
