i -- one
 + /* two /* nested */ */ 2