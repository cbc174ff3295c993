# Everything comes from Debian 12's packages (scripts/install-packages lists them).
find_package(PkgConfig REQUIRED)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(simdjson REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Catch2 2 REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(rdkafka REQUIRED IMPORTED_TARGET rdkafka)
pkg_check_modules(rocksdb REQUIRED IMPORTED_TARGET rocksdb)
# Not by pkg-config, whose -pthread would make one folder's flags differ from those of the precompiled headers.
find_library(PACTOLUS_RE2_LIBRARY re2 REQUIRED)
find_library(PACTOLUS_CRYPTO_LIBRARY crypto REQUIRED)
# The programs' malloc: state is many small values, of which each change frees one. Sanitizers bring their own.
find_library(PACTOLUS_JEMALLOC_LIBRARY jemalloc REQUIRED)
function(pactolus_link_malloc target)
  if(NOT PACTOLUS_SANITIZE)
    target_link_libraries(${target} PRIVATE ${PACTOLUS_JEMALLOC_LIBRARY})
  endif()
endfunction()

# libpg_query has no package file of its own; its symbols must not leak (it carries parts of PostgreSQL).
find_library(PACTOLUS_PG_QUERY_LIBRARY libpg_query.a REQUIRED)
add_library(pactolus_pg_query INTERFACE)
target_link_libraries(pactolus_pg_query INTERFACE ${PACTOLUS_PG_QUERY_LIBRARY} protobuf-c xxhash)
target_link_options(pactolus_pg_query INTERFACE -Wl,--exclude-libs,libpg_query.a)
