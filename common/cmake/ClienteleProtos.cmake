# clientele_protos(target PROTOS a/v1/a.proto ...): messages and gRPC stubs of
# .proto files given relative to protos/, generated under build/<preset>/generated.
# MESSAGES_ONLY: without stubs, and without gRPC.
function(clientele_protos target)
  cmake_parse_arguments(ARG "MESSAGES_ONLY" "" "PROTOS" ${ARGN})
  if(NOT ARG_MESSAGES_ONLY)
    find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)
    set(stubs --grpc_out=${PROJECT_BINARY_DIR}/generated --plugin=protoc-gen-grpc=${GRPC_CPP_PLUGIN})
  endif()
  set(out ${PROJECT_BINARY_DIR}/generated)
  file(MAKE_DIRECTORY ${out})
  foreach(proto ${ARG_PROTOS})
    string(REGEX REPLACE "\\.proto$" "" stem ${proto})
    set(files ${out}/${stem}.pb.cc ${out}/${stem}.pb.h)
    if(NOT ARG_MESSAGES_ONLY)
      list(APPEND files ${out}/${stem}.grpc.pb.cc ${out}/${stem}.grpc.pb.h)
    endif()
    set(deps)
    foreach(other ${ARG_PROTOS})
      list(APPEND deps ${CMAKE_CURRENT_SOURCE_DIR}/${other})
    endforeach()
    add_custom_command(
      OUTPUT ${files}
      COMMAND protobuf::protoc --proto_path=${CMAKE_CURRENT_SOURCE_DIR} --cpp_out=${out}
              ${stubs} ${proto}
      DEPENDS ${deps}
      VERBATIM)
    list(APPEND generated ${files})
    set(stem_sources ${files})
    list(FILTER stem_sources INCLUDE REGEX "\\.cc$")
    list(APPEND sources ${stem_sources})
  endforeach()
  # What static analysis needs: the files without their compiled form.
  add_custom_target(${target}_sources DEPENDS ${generated})
  add_library(${target} STATIC ${sources})
  target_include_directories(${target} SYSTEM PUBLIC ${out})
  target_link_libraries(${target} PUBLIC protobuf::libprotobuf)
  if(NOT ARG_MESSAGES_ONLY)
    target_link_libraries(${target} PUBLIC gRPC::grpc++)
    # The stubs together, as each reads gRPC's headers; messages of one package cannot be.
    list(FILTER sources EXCLUDE REGEX "\\.grpc\\.pb\\.cc$")
    set_source_files_properties(${sources} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ${CLIENTELE_UNITY}
                                               UNITY_BUILD_BATCH_SIZE 0)
  endif()
endfunction()
