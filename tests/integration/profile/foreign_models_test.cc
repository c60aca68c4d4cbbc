// profile-service with models that somebody else made: a text encoder and a fuser with the
// methods that deploy/models/CONTRACTS.md shows, signed by `clientele-models sign`.
#include <string>

#include <ATen/ATen.h>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <torch/csrc/jit/api/module.h>

#include "services/profile-service/store/migrations.h"
#include "tests/integration/profile/server_fixture.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/test_database.h"
#include "tests/unit/foreign_models/contract_page.h"
#include "tests/unit/foreign_models/foreign_encoder.h"
#include "tests/unit/foreign_models/model_folder.h"

namespace clientele::profile::testing {
namespace {

using clientele::testing::TestDatabase;

constexpr char kFuserManifest[] = R"({
  "task": "TASK_PROFILE_FUSER",
  "inputs": [
    {"name": "behavior", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, 24]},
    {"name": "text", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, 3]},
    {"name": "image", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, 1]},
    {"name": "present", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, 3]}
  ],
  "outputs": [{"name": "profile", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, 3]}],
  "normalized": true
})";

// The text's vector turned round, whatever else is known.
torch::jit::Module TextFuser() {
  torch::jit::Module module("Fuser");
  module.register_buffer("behavior", at::zeros({24, foreign::kTextWidth}));
  module.register_buffer("text", -at::eye(foreign::kTextWidth));
  module.register_buffer("image", at::zeros({1, foreign::kTextWidth}));
  module.define(foreign::MethodsOf("PROFILE_FUSER"));
  return module;
}

TEST_CASE("profiles are made by foreign models, to the number") {
  foreign::ModelFolder models;
  models.Write("our-encoder", foreign::ForeignTextEncoder(), foreign::ForeignTextEncoderManifest());
  models.Write("our-fuser", TextFuser(), kFuserManifest);
  REQUIRE(models.Sign("our-encoder") == "");
  REQUIRE(models.Sign("our-fuser") == "");

  const TestDatabase database = TestDatabase::Migrated<MigrateSchema>();
  ServiceFolder folder(database.conninfo());
  folder.options.models.model_dir = models.path().string();
  folder.options.models.public_key_file = models.public_key_file().string();
  folder.options.text_encoder = "our-encoder";
  folder.options.profile_fuser = "our-fuser";
  const auto server = folder.Start();
  REQUIRE(WaitUntilServing(*server));
  const auto stub = Connect(*server);

  v1::Customer customer;
  REQUIRE(Call(*stub, &Stub::CreateCustomer, CreateRequest("42"), &customer).ok());
  v1::BatchCreateEventsRequest events;
  v1::Event* message = events.add_events();
  *message = ViewEvent("42", "message");
  message->set_type(v1::EVENT_TYPE_MESSAGE);
  message->set_text("Where is my order?");
  v1::BatchCreateEventsResponse created;
  REQUIRE(Call(*stub, &Stub::BatchCreateEvents, events, &created).ok());

  const v1::Profile profile = WaitForProfile(*stub, "42");
  REQUIRE(profile.models_size() == 2);
  CHECK(profile.models(0) == "our-encoder/1");
  CHECK(profile.models(1) == "our-fuser/1");
  const std::vector<double> expected = foreign::ExpectedVector("Where is my order?");
  REQUIRE(profile.vector_size() == 3);
  for (int i = 0; i < 3; ++i) {
    CHECK_THAT(profile.vector(i), Catch::Matchers::WithinAbs(-expected[i], 1e-5));
  }
}

}  // namespace
}  // namespace clientele::profile::testing
