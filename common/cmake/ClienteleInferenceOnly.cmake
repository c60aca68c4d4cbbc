# -DCLIENTELE_INFERENCE_ONLY=ON: the folders that run models, and what they need of the others, for
# machines that have few packages but a GPU. tests/gpu_check.sh builds it. Libraries of these folders
# that need more are there too, and not built.
foreach(folder
    common/status common/time common/auth common/executor common/batching common/crypto common/text
    common/cpu common/csv common/frame common/inference common/modeling common/training/tables
    tools/clientele-models/import tools/clientele-models/run)
  add_subdirectory(${folder} EXCLUDE_FROM_ALL)
endforeach()

enable_testing()
add_library(clientele_test_paths STATIC tests/support/paths.cc)
target_include_directories(clientele_test_paths PUBLIC ${PROJECT_SOURCE_DIR})
target_compile_definitions(clientele_test_paths PRIVATE
  CLIENTELE_SOURCE_DIR="${PROJECT_SOURCE_DIR}" CLIENTELE_BIN_DIR="${PROJECT_BINARY_DIR}/bin")
add_subdirectory(tests/gpu)
