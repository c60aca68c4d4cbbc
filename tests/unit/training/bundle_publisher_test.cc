#include "common/training/bundle_publisher.h"

#include <filesystem>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/catch_with_torch.h"
//
#include <ATen/Functions.h>
#include <torch/csrc/jit/api/module.h>

#include "common/inference/bundle/manifest.h"
#include "common/inference/versions/kept_aside.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temporary_folder.h"

namespace clientele::training {
namespace {

namespace fs = std::filesystem;

// 2024-05-06 07:08:09 UTC.
const absl::Time kNow = absl::FromUnixSeconds(1714979289);

torch::jit::Module Module() {
  torch::jit::Module module("Scores");
  module.register_buffer("q", at::ones({3, 2}));
  module.define(R"(
def forward(self, p: Tensor, b_u: Tensor) -> Tuple[Tensor, Tensor]:
    affinity = torch.matmul(p, self.q.t())
    return b_u.unsqueeze(1) + torch.zeros_like(affinity), affinity

def item_factors(self) -> Tensor:
    return self.q

def item_biases(self) -> Tensor:
    return self.q[:, 0]

def mu(self) -> Tensor:
    return self.q[0, :1]
)");
  module.eval();
  return module;
}

model::v1::Bundle Manifest() {
  model::v1::Bundle manifest;
  manifest.set_task(model::v1::TASK_COLLABORATIVE_FILTER);
  manifest.set_architecture("test");
  inference::AddSpec(*manifest.mutable_inputs(), "p", model::v1::DATA_TYPE_FLOAT32, {-1, 2});
  inference::AddSpec(*manifest.mutable_inputs(), "b_u", model::v1::DATA_TYPE_FLOAT32, {-1});
  inference::AddSpec(*manifest.mutable_outputs(), "bias", model::v1::DATA_TYPE_FLOAT32, {-1, 3});
  inference::AddSpec(*manifest.mutable_outputs(), "affinity", model::v1::DATA_TYPE_FLOAT32,
                     {-1, 3});
  return manifest;
}

struct Publishing {
  absl::Status KeepAside(const std::string& id, const std::string& reason) const {
    return publisher.KeepAside(id, reason, Module(), Manifest(), {},
                               {at::ones({1, 2}), at::zeros({1})});
  }
  absl::Status Publish(const std::string& id) const {
    return publisher.Publish(id, Module(), Manifest(), {{"notes.txt", "made by a test"}},
                             {at::ones({1, 2}), at::zeros({1})});
  }
  testing::TemporaryFolder folder;
  testing::FakeClock clock{kNow};
  crypto::SigningKey key = crypto::SigningKey::Generate();
  BundlePublisher publisher{folder.path(), key, &clock};
};

TEST_CASE("a reserved version is the time, and is published signed under its name") {
  Publishing p;
  const auto id = p.publisher.ReserveVersion("scores");
  REQUIRE(id.ok());
  CHECK(*id == "scores/20240506070809");
  const absl::Status published = p.Publish(*id);
  INFO(published);
  REQUIRE(published.ok());
  const fs::path dir = p.folder.path() / "scores" / "20240506070809";
  CHECK(inference::VerifyBundle(dir, p.key.public_key()).ok());
  CHECK(fs::exists(dir / "notes.txt"));
  // Nothing but the version is left.
  CHECK(std::distance(fs::directory_iterator(dir.parent_path()), fs::directory_iterator()) == 1);
}

TEST_CASE("no one else is given a version that is reserved or stands") {
  Publishing p;
  CHECK(*p.publisher.ReserveVersion("scores") == "scores/20240506070809");
  const BundlePublisher replica(p.folder.path(), p.key, &p.clock);
  CHECK(*replica.ReserveVersion("scores") == "scores/20240506070810");
  CHECK(*replica.ReserveVersion("other") == "other/20240506070809");
  REQUIRE(p.Publish("scores/30000101000000").ok());
  CHECK(*replica.ReserveVersion("scores") == "scores/30000101000001");
  CHECK(absl::IsAlreadyExists(p.Publish("scores/30000101000000")));
}

TEST_CASE("reservations at the same time are all different") {
  Publishing p;
  std::vector<std::string> ids(8);
  std::vector<std::thread> threads;
  for (std::string& id : ids) {
    threads.emplace_back([&] { id = p.publisher.ReserveVersion("scores").value_or("none"); });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == 8);
  CHECK(std::set<std::string>(ids.begin(), ids.end()).count("none") == 0);
}

TEST_CASE("a bundle that breaks its contract is not published, and its version is free again") {
  Publishing p;
  const auto id = p.publisher.ReserveVersion("scores");
  REQUIRE(id.ok());
  CHECK(absl::IsInvalidArgument(
      p.publisher.Publish(*id, Module(), {}, {}, {at::ones({1, 2}), at::zeros({1})})));
  CHECK(*p.publisher.ReserveVersion("scores") == *id);
}

TEST_CASE("names and ids that are none are refused") {
  Publishing p;
  CHECK(absl::IsInvalidArgument(p.publisher.ReserveVersion("../x").status()));
  CHECK(absl::IsInvalidArgument(p.publisher.ReserveVersion("").status()));
  for (const char* id : {"", "scores", "scores/", "/7", "scores/x", "../x/7", "a/b/7"}) {
    CHECK(absl::IsInvalidArgument(p.Publish(id)));
  }
}

TEST_CASE("a folder that cannot be written is said before anything is published") {
  Publishing p;
  const BundlePublisher publisher(p.folder.Write("file", "x"), p.key, &p.clock);
  CHECK(absl::IsInternal(publisher.ReserveVersion("scores").status()));
}

TEST_CASE("bundles that are kept aside stand apart, signed, with their reasons, the newest few") {
  Publishing p;
  CHECK(inference::ListKeptAside(p.folder.path(), "scores").empty());
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < kKeptAsideVersions + 2; ++i) {
    ids.push_back(*p.publisher.ReserveVersion("scores"));
    const absl::Status kept = p.KeepAside(ids.back(), "worse " + ids.back());
    INFO(kept);
    REQUIRE(kept.ok());
  }
  // Although the clock stands still, and their reservations are gone.
  CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == ids.size());
  const auto kept = inference::ListKeptAside(p.folder.path(), "scores");
  REQUIRE(kept.size() == kKeptAsideVersions);
  CHECK("scores/" + kept[0].version == ids.back());
  CHECK(kept[0].reason == "worse " + ids.back());
  CHECK(inference::ListKeptAside(p.folder.path(), "scores", 1).size() == 1);
  const fs::path dir = p.folder.path() / inference::kKeptAsideFolder / "scores" / kept[0].version;
  CHECK(inference::VerifyBundle(dir, p.key.public_key()).ok());
  CHECK(!fs::exists(p.folder.path() / "scores" / kept[0].version));
  CHECK(*p.publisher.ReserveVersion("scores") > ids.back());
}

}  // namespace
}  // namespace clientele::training
