# clientele_protos(target PROTOS a/v1/a.proto ...): messages and gRPC stubs of
# .proto files given relative to protos/, generated under build/<preset>/generated.
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)

function(clientele_protos target)
  cmake_parse_arguments(ARG "" "" "PROTOS" ${ARGN})
  set(out ${PROJECT_BINARY_DIR}/generated)
  file(MAKE_DIRECTORY ${out})
  foreach(proto ${ARG_PROTOS})
    string(REGEX REPLACE "\\.proto$" "" stem ${proto})
    set(files ${out}/${stem}.pb.cc ${out}/${stem}.pb.h ${out}/${stem}.grpc.pb.cc ${out}/${stem}.grpc.pb.h)
    set(deps)
    foreach(other ${ARG_PROTOS})
      list(APPEND deps ${CMAKE_CURRENT_SOURCE_DIR}/${other})
    endforeach()
    add_custom_command(
      OUTPUT ${files}
      COMMAND protobuf::protoc --proto_path=${CMAKE_CURRENT_SOURCE_DIR} --cpp_out=${out}
              --grpc_out=${out} --plugin=protoc-gen-grpc=${GRPC_CPP_PLUGIN} ${proto}
      DEPENDS ${deps}
      VERBATIM)
    list(APPEND generated ${files})
    list(APPEND sources ${out}/${stem}.pb.cc ${out}/${stem}.grpc.pb.cc)
  endforeach()
  # What static analysis needs: the files without their compiled form.
  add_custom_target(${target}_sources DEPENDS ${generated})
  add_library(${target} STATIC ${sources})
  target_include_directories(${target} SYSTEM PUBLIC ${out})
  target_link_libraries(${target} PUBLIC protobuf::libprotobuf gRPC::grpc++)
endfunction()
