#pragma once

// What the precompiled headers start with: <cmath> without Bessel's, Riemann's and other functions of C++17.
// Their 130 templates are used by inline functions, so the compiler would instantiate them again in every
// single file. libstdc++ has no setting for it.
#include <cstddef>
#undef _GLIBCXX_USE_STD_SPEC_FUNCS
