# libtorch: the installed one, or that of a PyTorch folder.
#
#   cmake --preset dev -DCLIENTELE_TORCH_FOLDER=/opt/venv/lib/python3.12/site-packages/torch
#
# A folder is taken as it lies, include/ and lib/, without its CMake package: for a build with CUDA
# that wants CUDA's compiler and headers, which nothing here needs.
set(CLIENTELE_TORCH_FOLDER "" CACHE PATH "A PyTorch folder with include/ and lib/; empty: the installed libtorch")

# Torch's own interface target drags absolute build flags along; take what is needed.
add_library(clientele_torch INTERFACE)
if(NOT CLIENTELE_TORCH_FOLDER)
  find_package(Torch REQUIRED)
  target_include_directories(clientele_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
  target_link_libraries(clientele_torch INTERFACE ${TORCH_LIBRARIES})
  return()
endif()

set(torch_lib ${CLIENTELE_TORCH_FOLDER}/lib)
foreach(file include/ATen/ATen.h include/torch/csrc/jit/api/module.h lib/libtorch.so lib/libtorch_cpu.so
             lib/libc10.so)
  if(NOT EXISTS ${CLIENTELE_TORCH_FOLDER}/${file})
    message(FATAL_ERROR "CLIENTELE_TORCH_FOLDER: ${CLIENTELE_TORCH_FOLDER} has no ${file}")
  endif()
endforeach()
# Names of strings in the C++ ABI of 2011, which the project and its packages are built with.
file(STRINGS ${torch_lib}/libc10.so abi REGEX "__cxx11" LIMIT_COUNT 1)
if(NOT abi)
  message(FATAL_ERROR "CLIENTELE_TORCH_FOLDER: this PyTorch is built for the C++ ABI before 2011; "
                      "take a newer one (wheels from 2.7 on)")
endif()
target_include_directories(clientele_torch SYSTEM INTERFACE
  ${CLIENTELE_TORCH_FOLDER}/include ${CLIENTELE_TORCH_FOLDER}/include/torch/csrc/api/include)
target_link_libraries(clientele_torch INTERFACE ${torch_lib}/libtorch.so ${torch_lib}/libtorch_cpu.so
                                                ${torch_lib}/libc10.so)
if(EXISTS ${torch_lib}/libtorch_cuda.so)
  # It registers what runs on a GPU, and no name of it is used; what it needs itself is found when
  # the program starts, by the folders that it names.
  target_link_libraries(clientele_torch INTERFACE
    -Wl,--allow-shlib-undefined
    -Wl,--push-state,--no-as-needed,${torch_lib}/libtorch_cuda.so,${torch_lib}/libc10_cuda.so,--pop-state)
endif()
