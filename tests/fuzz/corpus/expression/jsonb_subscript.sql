jb['a'][0] || jb[i]
