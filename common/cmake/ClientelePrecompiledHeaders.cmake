# Headers that are worth compiling once. Those of torch are: a file with ATen.h takes half the time.
# Those of gRPC with the stubs are not: reading them compiled takes as long as most files that
# include them take altogether (docs/measurements.md).
#
#   clientele_library(clientele_golden SOURCES golden.cc PRECOMPILED torch DEPS clientele_torch)
#
# Tests get what they all include, Catch2 among it, where they name no kind of their own. OPTIONS are
# those of the headers and so of all that uses them, such as the level of optimization.
#
# A file still includes what it uses: ./dev lint reads it without these.
option(CLIENTELE_PRECOMPILE "Compile the headers of torch, and of tests, once" ON)

# The sanitizers' targets differ in their flags, and clang reads torch's headers in another order.
if(CLIENTELE_SANITIZE OR NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(CLIENTELE_PRECOMPILE OFF)
endif()

# gcc wants macros to be the same in both: those of -pthread, torch's, and Debian 13's Abseil's.
set(CLIENTELE_PRECOMPILED_FLAGS -pthread -D_GLIBCXX_USE_CXX11_ABI=1 -DNOMINMAX)

function(clientele_precompiled_headers kind)
  cmake_parse_arguments(ARG "" "" "HEADERS;DEPS;OPTIONS" ${ARGN})
  if(NOT CLIENTELE_PRECOMPILE)
    return()
  endif()
  set(source ${PROJECT_BINARY_DIR}/precompiled/${kind}.cc)
  file(CONFIGURE OUTPUT ${source} CONTENT "// Carries the precompiled headers of ${kind}.\n")
  add_library(clientele_precompiled_${kind} OBJECT ${source})
  target_link_libraries(clientele_precompiled_${kind} PRIVATE ${ARG_DEPS})
  set_property(GLOBAL PROPERTY clientele_precompiled_${kind}_options ${ARG_OPTIONS})
  target_compile_options(clientele_precompiled_${kind} PRIVATE ${ARG_OPTIONS}
                                                               ${CLIENTELE_PRECOMPILED_FLAGS})
  target_include_directories(clientele_precompiled_${kind} PRIVATE ${PROJECT_SOURCE_DIR})
  target_precompile_headers(clientele_precompiled_${kind} PRIVATE ${ARG_HEADERS})
endfunction()

function(clientele_precompile target kind)
  if(CLIENTELE_PRECOMPILE AND kind)
    target_precompile_headers(${target} REUSE_FROM clientele_precompiled_${kind})
    get_property(options GLOBAL PROPERTY clientele_precompiled_${kind}_options)
    target_compile_options(${target} PRIVATE ${options} ${CLIENTELE_PRECOMPILED_FLAGS})
    # For executables CMake says -fPIE, with which gcc reads no headers compiled with -fPIC.
    get_target_property(type ${target} TYPE)
    if(type STREQUAL "EXECUTABLE")
      set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
      target_compile_options(${target} PRIVATE -fPIC)
    endif()
  endif()
endfunction()
