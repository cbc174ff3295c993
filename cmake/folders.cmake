# pactolus_folder(NAME LINKS... PRIVATE_LINKS... REGISTERS SPEC DIR): the static library of src/NAME.
#
# REGISTERS SPEC DIR: every src/NAME/DIR/*.cc that holds a line PACTOLUS_REGISTER(name); defines
# `const SPEC& name_spec()`; the generated file defines `std::span<const SPEC* const> registered(const SPEC*)`, which
# lists them all. (Self-registering statics in a static library are dropped by the linker in silence, so the list is
# made from the files.) SPEC must be declared in src/NAME/registry.h.
function(pactolus_folder name)
  cmake_parse_arguments(ARG "" "" "LINKS;PRIVATE_LINKS;REGISTERS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cc)
  if(NOT sources)
    return()
  endif()
  if(ARG_REGISTERS)
    pactolus_register(${name} ${ARG_REGISTERS} generated)
    list(APPEND sources ${generated})
  endif()
  add_library(pactolus_${name} STATIC ${sources})
  target_include_directories(pactolus_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  if(PACTOLUS_SANITIZE MATCHES "undefined" AND name MATCHES "^(data|aggregates|state)$")
    target_compile_options(pactolus_${name} PRIVATE -fsanitize=alignment)
    pactolus_common_headers(pactolus_${name} ${PACTOLUS_COMMON_HEADERS})
  elseif(name STREQUAL "base")
    pactolus_common_headers(pactolus_base ${PACTOLUS_COMMON_HEADERS})
  else()
    pactolus_common_headers(pactolus_${name} REUSE_FROM pactolus_base)
  endif()
  foreach(link ${ARG_LINKS})
    if(TARGET ${link})
      target_link_libraries(pactolus_${name} PUBLIC ${link})
    endif()
  endforeach()
  target_link_libraries(pactolus_${name} PRIVATE ${ARG_PRIVATE_LINKS})
endfunction()

function(pactolus_register name spec dir out)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/${dir}/*.cc)
  list(SORT files)
  set(declarations "")
  set(entries "")
  foreach(file ${files})
    file(STRINGS ${file} lines REGEX "^PACTOLUS_REGISTER\\(")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    foreach(line ${lines})
      string(REGEX REPLACE "^PACTOLUS_REGISTER\\(([a-z0-9_]+)\\).*" "\\1" entry ${line})
      string(APPEND declarations "const ${spec}& ${entry}_spec();\n")
      string(APPEND entries "      &${entry}_spec(),\n")
    endforeach()
  endforeach()
  set(file ${PROJECT_BINARY_DIR}/generated/${name}_registry.cc)
  file(CONFIGURE OUTPUT ${file} @ONLY CONTENT
"// Generated from the files of src/${name}; do not edit.
#include \"${name}/registry.h\"

namespace pactolus {
${declarations}
std::span<const ${spec}* const> registered(const ${spec}*) {
  static const ${spec}* const specs[] = {
${entries}  };
  return specs;
}
}  // namespace pactolus
")
  set(${out} ${file} PARENT_SCOPE)
endfunction()
