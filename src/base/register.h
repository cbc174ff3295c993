#pragma once

/// Marks a file that defines `const Spec& name_spec()`. The build makes the folder's list of specs from these
/// lines (cmake/folders.cmake), so adding an operator, a function or an aggregate is adding one file.
#define PACTOLUS_REGISTER(name) static_assert(true, #name)
