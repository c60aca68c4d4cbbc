#include "common/inference/serving/models.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "common/crypto/signing.h"
#include "common/inference/compute/usable_cores.h"
#include "tests/support/temporary_folder.h"

namespace clientele::inference {
namespace {

using Catch::Matchers::ContainsSubstring;

absl::StatusOr<Compute> Prepare(int cores, int threads) {
  ModelOptions options;
  options.cores = cores;
  options.compute_threads = threads;
  return PrepareCompute(options, telemetry::Logger::Process());
}

TEST_CASE("models have the cores that this process may use by default") {
  const auto compute = Prepare(0, 1);
  REQUIRE(compute.ok());
  CHECK(compute->cores->cores() == UsableCores());
  CHECK(compute->threads == 1);
}

TEST_CASE("a model computes exactly in single precision, by the options before its bundle") {
  model::v1::Bundle plain;
  model::v1::Bundle int8;
  (*int8.mutable_settings())["precision"] = "int8";
  ModelOptions options;
  CHECK(ComputesExactly(options, plain));
  CHECK_FALSE(ComputesExactly(options, int8));
  options.precision = "fp32";
  CHECK(ComputesExactly(options, int8));
  options.precision = "bf16";
  CHECK_FALSE(ComputesExactly(options, plain));
}

TEST_CASE("a call has all of the models' cores where no number is given") {
  const auto compute = Prepare(2, 0);
  REQUIRE(compute.ok());
  CHECK(compute->cores->cores() == 2);
  CHECK(compute->threads == 2);
}

TEST_CASE("more threads in a call than cores stop the start, in one line that names the flags") {
  const auto compute = Prepare(2, 3);
  CHECK(absl::IsInvalidArgument(compute.status()));
  const std::string message(compute.status().message());
  CHECK_THAT(message, ContainsSubstring("--compute_threads is 3"));
  CHECK_THAT(message, ContainsSubstring("2 cores by --model_cores"));
  CHECK_THAT(message, !ContainsSubstring("\n"));
  CHECK(absl::IsInvalidArgument(Prepare(0, 1024).status()));
}

TEST_CASE("instances of a model that the cores cannot hold stop the start") {
  const clientele::testing::TemporaryFolder folder;
  ModelOptions options;
  options.model_dir = folder.path().string();
  options.public_key_file = (folder.path() / "sign.pub").string();
  options.refresh_interval = absl::ZeroDuration();
  REQUIRE(crypto::GenerateSigningKeyFiles(folder.path() / "sign", options.public_key_file).ok());
  const Compute compute = {std::make_shared<CoreBudget>(5), 2};
  const auto open = [&](const ModelShare& share) {
    return OpenModel<TextEncoderModel>(options, compute, "encoder", &telemetry::Logger::Process(),
                                       share)
        .status();
  };
  CHECK(open({.instances = 2}).ok());
  CHECK(open({.instances = 5, .single_thread = true}).ok());
  CHECK(absl::IsInvalidArgument(open({.instances = 0})));
  CHECK(absl::IsInvalidArgument(open({.instances = 6, .single_thread = true})));
  const absl::Status refused = open({.instances = 3});
  CHECK(absl::IsInvalidArgument(refused));
  CHECK_THAT(std::string(refused.message()),
             ContainsSubstring("model encoder: 3 instances with 2 threads each do not fit into "
                               "the 5 cores"));
  options.device = "cuda";
  CHECK(open({.instances = 3}).ok());  // its batches take no cores
}

}  // namespace
}  // namespace clientele::inference
