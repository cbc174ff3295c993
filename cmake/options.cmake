# Warnings are errors; sanitizers by preset; ccache and mold where present.
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Werror
                    -ffp-contract=off -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # The compiler ends before there is so much garbage that collecting it pays: 7 % of a large file's time.
  add_compile_options("SHELL:--param ggc-min-expand=1000" "SHELL:--param ggc-min-heapsize=1000000")
  # g++ 12 reports these on correct std::string and std::optional code.
  add_compile_options(-Wno-restrict -Wno-maybe-uninitialized)
else()
  # Another compiler is there to fuzz; what deserves a warning, g++ says.
  add_compile_options(-w)
endif()
if(PACTOLUS_SANITIZE)
  add_compile_options(-fsanitize=${PACTOLUS_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${PACTOLUS_SANITIZE})
  if(PACTOLUS_SANITIZE MATCHES "undefined")
    # These checks before every pointer access more than double the compile time. AddressSanitizer sees what null and
    # object-size would; alignment stays on where rows are cast from raw bytes (folders.cmake).
    add_compile_options(-fno-sanitize=null,object-size,vptr,alignment)
  endif()
  # Compiles in two thirds of the time of -O1, and the sanitized tests are as fast.
  add_compile_options(-Og -g1)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  add_compile_options(-O2 -g1)
endif()

find_program(PACTOLUS_CCACHE ccache)
if(PACTOLUS_CCACHE)
  # What ccache must not doubt to cache files with precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${PACTOLUS_CCACHE})
endif()
find_program(PACTOLUS_MOLD mold)
if(PACTOLUS_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# pactolus_common_headers(TARGET HEADERS...) has a target's files start with headers that were parsed once;
# pactolus_common_headers(TARGET REUSE_FROM OTHER): with those of another target that is compiled with the same options.
# In sanitized builds only, where these headers are a third of the work; the others show what a file forgets to include.
set(PACTOLUS_COMMON_HEADERS ${PROJECT_SOURCE_DIR}/cmake/first_header.h
                            <algorithm> <array> <chrono> <cmath> <deque> <functional>
                            <map> <memory> <mutex> <optional> <set> <span> <sstream> <string> <string_view> <thread> <variant>
                            <vector>)
function(pactolus_common_headers target)
  if(NOT PACTOLUS_SANITIZE)
    return()
  endif()
  target_compile_options(${target} PRIVATE -fpch-preprocess)  # for ccache
  if(ARGV1 STREQUAL "REUSE_FROM")
    target_precompile_headers(${target} REUSE_FROM ${ARGV2})
  else()
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()
