# clientele_embed_migrations(target NAMESPACE clientele::profile DIR store/migrations)
# turns NNNN_name.sql files into a source file that defines
#   const std::vector<clientele::postgres::Migration>& <NAMESPACE>::Migrations();
# and adds it to the target, so that a binary carries its own schema.
function(clientele_embed_migrations target)
  cmake_parse_arguments(ARG "" "NAMESPACE;DIR" "" ${ARGN})
  file(GLOB sqls CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_DIR}/*.sql)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${target}_migrations.cc)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DNAMESPACE=${ARG_NAMESPACE} "-DSQLS=${sqls}"
            -P ${PROJECT_SOURCE_DIR}/common/cmake/EmbedMigrations.cmake
    DEPENDS ${sqls} ${PROJECT_SOURCE_DIR}/common/cmake/EmbedMigrations.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
