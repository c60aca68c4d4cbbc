# The kinds of target in the project.
#
#   clientele_library(clientele_time SOURCES clock.cc DEPS absl::time)
#   clientele_service(profile-service SOURCES main.cc DEPS clientele_profile_server)
#   clientele_test(time_test LAYER unit SOURCES clock_test.cc DEPS clientele_time)
#   clientele_bench(topk SOURCES topk_bench.cc DEPS clientele_topk)
#
# All of them include files by their path from the repository root. PRECOMPILED torch: see
# ClientelePrecompiledHeaders.cmake.

# Twelve files of a library or a test read the same headers once instead of twelve times. An edited
# file takes its neighbors along: -DCLIENTELE_UNITY=OFF where that is in the way. Names in the
# anonymous namespaces of one target differ.
option(CLIENTELE_UNITY "Compile the files of a library or a test together" ON)
if(CLIENTELE_SANITIZE MATCHES "fuzzer")
  set(CLIENTELE_UNITY OFF)
endif()

function(clientele_compile_together target)
  if(CLIENTELE_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
    # gcc warns of what is in anonymous namespaces as if it stood in a header.
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
endfunction()

function(clientele_library name)
  cmake_parse_arguments(ARG "" "PRECOMPILED" "SOURCES;DEPS" ${ARGN})
  if(ARG_SOURCES)
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PUBLIC ${ARG_DEPS} PRIVATE clientele_warnings)
    target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
    clientele_precompile(${name} "${ARG_PRECOMPILED}")
    clientele_compile_together(${name})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${ARG_DEPS})
    target_include_directories(${name} INTERFACE ${PROJECT_SOURCE_DIR})
  endif()
endfunction()

# A binary of the suite: a service or a tool. All land in build/<preset>/bin.
function(clientele_service name)
  cmake_parse_arguments(ARG "" "PRECOMPILED" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} clientele_warnings)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  clientele_precompile(${name} "${ARG_PRECOMPILED}")
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
endfunction()

# LAYER is unit, integration or e2e; it becomes the ctest label. One ctest test
# is one executable: loading libtorch once for each test case would dominate.
# COMPUTES: the test's own code computes much, and so is optimized.
add_custom_target(unit_tests)
add_custom_target(integration_tests)

# Options of the sanitizers in every test.
set(CLIENTELE_TEST_ENVIRONMENT "")
if(CLIENTELE_SANITIZE)
  set(CLIENTELE_TEST_ENVIRONMENT
    "ASAN_OPTIONS=detect_stack_use_after_return=1 strict_string_checks=1"
    "LSAN_OPTIONS=suppressions='${PROJECT_SOURCE_DIR}/tests/lsan.supp' print_suppressions=0"
    "TSAN_OPTIONS=ignore_noninstrumented_modules=1 history_size=7 halt_on_error=1 suppressions='${PROJECT_SOURCE_DIR}/tests/tsan.supp'"
    "UBSAN_OPTIONS=print_stacktrace=1")
endif()

function(clientele_test name)
  cmake_parse_arguments(ARG "COMPUTES" "LAYER;TIMEOUT;PRECOMPILED" "SOURCES;DEPS;BINARIES" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} clientele_test_paths clientele_test_main
                                        clientele_warnings)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  if(NOT ARG_PRECOMPILED AND NOT ARG_COMPUTES)
    set(ARG_PRECOMPILED test)
  endif()
  clientele_precompile(${name} "${ARG_PRECOMPILED}")
  clientele_compile_together(${name})
  # Optimizing Catch's macros and checking each of their pointers would be most of a build's time;
  # the libraries under test have every check.
  if(CLIENTELE_SANITIZE MATCHES "undefined")
    target_compile_options(${name} PRIVATE -O0
      -fno-sanitize=null,alignment,vptr,object-size,nonnull-attribute,returns-nonnull-attribute)
  endif()
  if(NOT ARG_LAYER STREQUAL "e2e")
    add_dependencies(${ARG_LAYER}_tests ${name})
  endif()
  if(ARG_BINARIES)
    add_dependencies(${name} ${ARG_BINARIES})
  endif()
  add_test(NAME ${ARG_LAYER}.${name} COMMAND ${name})
  set_tests_properties(${ARG_LAYER}.${name} PROPERTIES LABELS ${ARG_LAYER} TIMEOUT ${ARG_TIMEOUT}
                       SKIP_RETURN_CODE 4 ENVIRONMENT "${CLIENTELE_TEST_ENVIRONMENT}")
  # A server for tests/support/test_database.h, started once by ctest.
  if(NOT ARG_LAYER STREQUAL "unit")
    set_tests_properties(${ARG_LAYER}.${name} PROPERTIES FIXTURES_REQUIRED postgres)
  endif()
  if(ARG_LAYER STREQUAL "e2e")
    set_tests_properties(${ARG_LAYER}.${name} PROPERTIES RUN_SERIAL ON)
  endif()
endfunction()

# A benchmark: prints one JSON object a line. All land in build/<preset>/bin/bench.
function(clientele_bench name)
  cmake_parse_arguments(ARG "" "PRECOMPILED" "SOURCES;DEPS" ${ARGN})
  add_executable(bench_${name} ${ARG_SOURCES})
  target_link_libraries(bench_${name} PRIVATE ${ARG_DEPS} clientele_blas clientele_warnings)
  target_include_directories(bench_${name} PRIVATE ${PROJECT_SOURCE_DIR})
  clientele_precompile(bench_${name} "${ARG_PRECOMPILED}")
  clientele_compile_together(bench_${name})
  set_target_properties(bench_${name} PROPERTIES OUTPUT_NAME ${name}
                        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin/bench)
endfunction()
