# Language level, warnings and sanitizers for every target of the project.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
# -g1 keeps line numbers for stack traces at a fraction of -g's link time.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")

# Links in a tenth of binutils' time, which was a tenth of a whole build (docs/measurements.md).
find_program(LLD_PROGRAM ld.lld)
if(LLD_PROGRAM)
  add_link_options(-fuse-ld=lld)
endif()

set(CLIENTELE_SANITIZE "" CACHE STRING "Sanitizers, as given to -fsanitize= (empty: none)")
option(CLIENTELE_WERROR "Treat warnings as errors" ON)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # What ccache must overlook to cache files that use precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
                                  ${CCACHE_PROGRAM})
endif()

# Warnings apply to our own code alone; generated code and system headers are
# not ours to fix.
add_library(clientele_warnings INTERFACE)
target_compile_options(clientele_warnings INTERFACE -Wall -Wextra -Wnon-virtual-dtor -Woverloaded-virtual
                                                    -Wno-unused-parameter)
if(CLIENTELE_WERROR)
  target_compile_options(clientele_warnings INTERFACE -Werror)
endif()

if(CLIENTELE_SANITIZE)
  # Tests are built more often than run, so they get the level that compiles fastest.
  if(NOT CLIENTELE_SANITIZE MATCHES "fuzzer")
    set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1")
  endif()
  # Between the address sanitizer's checks gcc sees uninitialized values where there are none.
  if(CLIENTELE_SANITIZE MATCHES "address")
    target_compile_options(clientele_warnings INTERFACE -Wno-maybe-uninitialized)
  endif()
  if(CLIENTELE_SANITIZE MATCHES "thread")
    include_directories(BEFORE ${PROJECT_SOURCE_DIR}/tests/tsan)
  endif()
  add_compile_options(-fsanitize=${CLIENTELE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${CLIENTELE_SANITIZE})
endif()
