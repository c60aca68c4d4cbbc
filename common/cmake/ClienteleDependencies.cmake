# Everything the project takes from Debian. A missing package is named with the
# command that installs it.

# What runs models needs these alone: tests/gpu_check.sh names their packages.
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(absl REQUIRED)
find_package(Protobuf REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n data)
find_package(nlohmann_json REQUIRED)

# libsodium and libcsv ship no CMake package.
find_path(SODIUM_INCLUDE_DIR sodium.h REQUIRED)
find_library(SODIUM_LIBRARY sodium REQUIRED)
add_library(clientele_libsodium INTERFACE)
target_include_directories(clientele_libsodium SYSTEM INTERFACE ${SODIUM_INCLUDE_DIR})
target_link_libraries(clientele_libsodium INTERFACE ${SODIUM_LIBRARY})

find_path(CSV_INCLUDE_DIR csv.h REQUIRED)
find_library(CSV_LIBRARY csv REQUIRED)
add_library(clientele_libcsv INTERFACE)
target_include_directories(clientele_libcsv SYSTEM INTERFACE ${CSV_INCLUDE_DIR})
target_link_libraries(clientele_libcsv INTERFACE ${CSV_LIBRARY})

# The BLAS behind libtorch is whatever the alternatives system selects; linking
# OpenBLAS by its own name makes common/topk and the start-up check see it.
find_library(OPENBLAS_LIBRARY NAMES libopenblas.so.0 openblas REQUIRED
             PATH_SUFFIXES openblas-openmp)
add_library(clientele_openblas INTERFACE)
target_link_libraries(clientele_openblas INTERFACE ${OPENBLAS_LIBRARY})

include(ClienteleTorch)

if(CLIENTELE_INFERENCE_ONLY)
  return()
endif()

find_package(PkgConfig REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(OpenCV REQUIRED COMPONENTS core imgproc imgcodecs)
find_package(spdlog REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(CLI11 REQUIRED)
if(CLIENTELE_BUILD_TESTS)
  find_package(Catch2 3 REQUIRED)
  find_package(yaml-cpp REQUIRED)
endif()
pkg_check_modules(PQXX REQUIRED IMPORTED_TARGET libpqxx)
pkg_check_modules(MICROHTTPD REQUIRED IMPORTED_TARGET libmicrohttpd)
pkg_check_modules(LIBAV REQUIRED IMPORTED_TARGET libavformat libavcodec libswscale libavutil)
