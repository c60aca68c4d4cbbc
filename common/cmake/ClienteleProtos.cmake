# clientele_protos(target PROTOS a/v1/a.proto ...): messages, and gRPC stubs of services, of
# .proto files given relative to protos/, generated under build/<preset>/generated.
# MESSAGES_ONLY: without stubs, and without gRPC.
function(clientele_protos target)
  cmake_parse_arguments(ARG "MESSAGES_ONLY" "" "PROTOS" ${ARGN})
  if(NOT ARG_MESSAGES_ONLY)
    find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)
  endif()
  set(out ${PROJECT_BINARY_DIR}/generated)
  file(MAKE_DIRECTORY ${out})
  list(TRANSFORM ARG_PROTOS PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE deps)
  foreach(proto ${ARG_PROTOS})
    string(REGEX REPLACE "\\.proto$" "" stem ${proto})
    set(files ${out}/${stem}.pb.cc ${out}/${stem}.pb.h)
    # Compiled together by package: each file reads the same headers, and who links a message has the
    # package's services too, of which reflection tells.
    get_filename_component(package ${stem} DIRECTORY)
    string(REPLACE "/" "_" package ${package})
    set_source_files_properties(${out}/${stem}.pb.cc PROPERTIES UNITY_GROUP ${package})
    set(stubs)
    file(STRINGS ${proto} services REGEX "^service ")
    if(services AND NOT ARG_MESSAGES_ONLY)
      list(APPEND files ${out}/${stem}.grpc.pb.cc ${out}/${stem}.grpc.pb.h)
      set(stubs --grpc_out=${out} --plugin=protoc-gen-grpc=${GRPC_CPP_PLUGIN})
      set_source_files_properties(${out}/${stem}.grpc.pb.cc PROPERTIES UNITY_GROUP stubs)
    endif()
    add_custom_command(
      OUTPUT ${files}
      COMMAND protobuf::protoc --proto_path=${CMAKE_CURRENT_SOURCE_DIR} --cpp_out=${out}
              ${stubs} ${proto}
      DEPENDS ${deps}
      VERBATIM)
    list(APPEND generated ${files})
  endforeach()
  # What static analysis needs: the files without their compiled form.
  add_custom_target(${target}_sources DEPENDS ${generated})
  set(sources ${generated})
  list(FILTER sources INCLUDE REGEX "\\.cc$")
  add_library(${target} STATIC ${sources})
  target_include_directories(${target} SYSTEM PUBLIC ${out})
  target_link_libraries(${target} PUBLIC protobuf::libprotobuf)
  if(NOT ARG_MESSAGES_ONLY)
    target_link_libraries(${target} PUBLIC gRPC::grpc++)
  endif()
  # Messages of every file use these two names for themselves.
  set(before "#define CLIENTELE_PASTE_(name, file) name##file
#define CLIENTELE_PASTE(name, file) CLIENTELE_PASTE_(name, file)
#define schemas CLIENTELE_PASTE(schemas_, CLIENTELE_FILE)
#define file_default_instances CLIENTELE_PASTE(file_default_instances_, CLIENTELE_FILE)")
  set_target_properties(${target} PROPERTIES
    UNITY_BUILD ON
    UNITY_BUILD_MODE GROUP
    UNITY_BUILD_UNIQUE_ID CLIENTELE_FILE
    UNITY_BUILD_CODE_BEFORE_INCLUDE "${before}"
    UNITY_BUILD_CODE_AFTER_INCLUDE "#undef schemas\n#undef file_default_instances")
endfunction()
