#include <catch2/catch_test_macros.hpp>

#include "common/database/database_flags.h"
#include "common/inference/serving/model_flags.h"
#include "common/rpc/profile_feed.h"

namespace clientele::inference {
namespace {

TEST_CASE("flags are read into the options of their subject") {
  database::DatabaseOptions database;
  ModelOptions models;
  ModelShare share;
  rpc::ProfileFeedOptions feed;
  CLI::App app;
  database::AddDatabaseFlags(app, database);
  AddModelFlags(app, models);
  AddModelShareFlags(app, "text_encoder", share);
  rpc::AddProfileFeedFlags(app, feed);
  app.parse(
      "--database_url_file u --database_connections 3 --data_key_file k --model_dir m "
      "--model_public_key_file p --device cuda:1 --compute_threads 0 --model_cores 6 "
      "--text_encoder_instances 3 "
      "--model_refresh_interval 250ms --profile_service_address h:1 "
      "--profile_service_token_file t");
  CHECK(database.url_file == "u");
  CHECK(database.connections == 3);
  CHECK(database.data_key_file == "k");
  CHECK(models.model_dir == "m");
  CHECK(models.public_key_file == "p");
  CHECK(models.device == "cuda:1");
  CHECK(models.compute_threads == 0);
  CHECK(models.cores == 6);
  CHECK(share.instances == 3);
  CHECK(models.refresh_interval == absl::Milliseconds(250));
  CHECK(feed.address == "h:1");
  CHECK(feed.token_file == "t");
}

TEST_CASE("a service has at least one connection") {
  database::DatabaseOptions database;
  CLI::App app;
  database::AddDatabaseFlags(app, database);
  CHECK_THROWS_AS(app.parse("--database_connections 0"), CLI::ValidationError);
}

}  // namespace
}  // namespace clientele::inference
