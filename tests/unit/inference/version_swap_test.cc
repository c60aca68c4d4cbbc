// A hundred versions come and go under load.

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>
#include <unistd.h>

#include "common/inference/model_runner.h"
#include "common/inference/tasks/text_encoder.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/inference/versions/model_handle.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/inference/text_file.h"
#include "tests/unit/inference/tiny_models.h"

namespace clientele::inference {
namespace {

namespace fs = std::filesystem;
using clientele::testing::TemporaryFolder;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMemoryIsOurs = false;  // sanitizers keep what was freed
#else
constexpr bool kMemoryIsOurs = true;
#endif

constexpr int kSwaps = 100;
constexpr int kUsers = 2;
// Of a version: ninety that are kept would be three times the memory that may be left over.
constexpr std::int64_t kBallastBytes = 1 << 20;
constexpr std::int64_t kMostGrownBytes = 30 << 20;

std::int64_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  std::int64_t size = 0;
  std::int64_t resident = 0;
  statm >> size >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

// A TinyEncoder whose table has rows that nobody looks up.
torch::jit::Module HeavyEncoder(int seed) {
  torch::jit::Module module = testing::TinyEncoder(seed);
  const at::Tensor table = module.attr("table").toTensor();
  const std::int64_t rows = kBallastBytes / 4 / testing::kDimension;
  module.setattr("table", at::cat({table, at::full({rows, testing::kDimension},
                                                   static_cast<double>(seed), at::kFloat)}));
  return module;
}

using Values = std::vector<float>;

Values ValuesOf(const at::Tensor& tensor) {
  const at::Tensor dense = tensor.contiguous();
  return {dense.data_ptr<float>(), dense.data_ptr<float>() + dense.numel()};
}

Values Forward(torch::jit::Module module) {
  const auto inputs = testing::TinyEncoderInputs();
  return ValuesOf(module.forward({inputs[0], inputs[1]}).toTensor());
}

bool Same(const Values& a, const Values& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](float x, float y) { return std::abs(x - y) < 1e-5f; });
}

// The version among 1, 2, ... whose result this is; 0 unless it is exactly one's.
int VersionOf(const Values& result, const std::vector<Values>& expected) {
  int found = 0;
  for (std::size_t i = 1; i < expected.size(); ++i) {
    if (!Same(result, expected[i])) continue;
    if (found != 0) return 0;
    found = static_cast<int>(i);
  }
  return found;
}

// What the users of a handle count together.
struct Count {
  std::mutex mutex;
  std::condition_variable changed;
  bool stop = false;
  std::vector<int> answers;  // by version; [0] counts the failed and the mixed
};

}  // namespace

TEST_CASE("a hundred swaps under load lose no request and keep no memory") {
  const TemporaryFolder folder;
  const crypto::SigningKey key = crypto::SigningKey::Generate();
  const fs::path versions = folder.path() / "tiny-encoder";
  // Every fifth swap is a roll back to the version before.
  constexpr int kVersions = kSwaps * 4 / 5 + 1;
  std::vector<Values> expected(kVersions + 1);
  for (int version = 1; version <= kVersions; ++version) {
    expected[version] = Forward(testing::TinyEncoder(version));
  }
  const auto write = [&](int version) {
    WriteBundle({.model_dir = folder.path()}, HeavyEncoder(version),
                testing::TinyEncoderManifest(std::to_string(version)), {},
                testing::TinyEncoderInputs(), key)
        .value();
  };
  write(1);
  const auto handle = ModelHandle<LoadedModel>::Create({.model_dir = folder.path(),
                                                        .name = "tiny-encoder",
                                                        .task = model::v1::TASK_TEXT_ENCODER,
                                                        .public_key = key.public_key(),
                                                        .runners = TorchScriptRunner::Load,
                                                        .refresh_interval = absl::ZeroDuration()})
                          .value();
  REQUIRE(handle->Current() != nullptr);

  Count count;
  count.answers.assign(kVersions + 1, 0);
  std::vector<std::thread> users;
  for (int i = 0; i < kUsers; ++i) {
    users.emplace_back([&] {
      for (;;) {
        int answered = 0;
        {
          const auto model = handle->Choose("customer");
          const auto outputs = model->runner().Run("forward", testing::TinyEncoderInputs());
          if (outputs.ok()) answered = VersionOf(ValuesOf((*outputs)[0]), expected);
          if (std::to_string(answered) != model->manifest().version()) answered = 0;
        }
        std::lock_guard lock(count.mutex);
        ++count.answers[answered];
        count.changed.notify_all();
        if (count.stop) return;
      }
    });
  }

  std::vector<std::weak_ptr<const LoadedModel>> loaded = {handle->Current()};
  std::int64_t warm_bytes = 0;
  int newest = 1;
  for (int swap = 1; swap <= kSwaps; ++swap) {
    const bool roll_back = swap % 5 == 0;
    if (roll_back) {
      testing::WriteText(versions / "labels.json",
                         "{\"stable\": \"" + std::to_string(newest - 1) + "\"}");
    } else {
      fs::remove(versions / "labels.json");
      write(++newest);
      fs::remove_all(versions / std::to_string(newest - 3));
    }
    REQUIRE(handle->Refresh().ok());
    const int serving = roll_back ? newest - 1 : newest;
    REQUIRE(handle->Current()->id() == "tiny-encoder/" + std::to_string(serving));
    loaded.push_back(handle->Current());

    std::unique_lock lock(count.mutex);
    const int before = count.answers[serving];
    count.changed.wait(lock,
                       [&] { return count.answers[serving] > before || count.answers[0] > 0; });
    if (swap == 10) warm_bytes = ResidentBytes();
  }
  {
    std::lock_guard lock(count.mutex);
    count.stop = true;
  }
  for (std::thread& user : users) user.join();

  CHECK(newest == kVersions);
  CHECK(count.answers[0] == 0);
  for (int version = 1; version < kVersions; ++version) CHECK(count.answers[version] > 0);
  REQUIRE(loaded.size() == kSwaps + 1);
  for (int i = 0; i < kSwaps; ++i) CHECK(loaded[i].expired());
  CHECK_FALSE(loaded.back().expired());
  const std::int64_t grown = ResidentBytes() - warm_bytes;
  INFO("grown by " << grown << " bytes");
  if (kMemoryIsOurs) CHECK(grown < kMostGrownBytes);
}

TEST_CASE("texts of two versions in one queue are each encoded by their own") {
  const TemporaryFolder folder;
  const crypto::SigningKey key = crypto::SigningKey::Generate();
  testing::WriteTinyEncoder(folder.path(), "1", key, 1).value();
  testing::WriteTinyEncoder(folder.path(), "2", key, 2).value();
  const auto handle =
      ModelHandle<TextEncoderModel>::Create({.model_dir = folder.path(),
                                             .name = "tiny-encoder",
                                             .task = model::v1::TASK_TEXT_ENCODER,
                                             .public_key = key.public_key(),
                                             .runners = TorchScriptRunner::Load,
                                             .refresh_interval = absl::ZeroDuration()})
          .value();
  const auto label = [&](int version) {
    testing::WriteText(folder.path() / "tiny-encoder/labels.json",
                       "{\"stable\": \"" + std::to_string(version) + "\"}");
    return handle->Refresh();
  };
  const std::vector<std::string> texts = {"red shoes"};
  std::vector<EncodedTexts> expected(3);
  {
    const auto encoder = TextEncoder::Create({.handle = handle.get(), .run_inline = true}).value();
    for (const int version : {1, 2}) {
      REQUIRE(label(version).ok());
      expected[version] = encoder->EncodeWithId({}, texts).value();
    }
  }

  const auto encoder =
      TextEncoder::Create({.handle = handle.get(), .policy = {.max_batch_rows = 8}}).value();
  Count count;
  count.answers.assign(3, 0);
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&] {
      for (;;) {
        const auto encoded = encoder->EncodeWithId({}, texts);
        int answered = 0;
        for (const int version : {1, 2}) {
          if (!encoded.ok() || encoded->model_id != expected[version].model_id) continue;
          if (Same(encoded->rows[0], expected[version].rows[0])) answered = version;
        }
        std::lock_guard lock(count.mutex);
        ++count.answers[answered];
        count.changed.notify_all();
        if (count.stop) return;
      }
    });
  }
  for (int swap = 0; swap < 20; ++swap) {
    const int version = 1 + swap % 2;
    CHECK(label(version).ok());
    std::unique_lock lock(count.mutex);
    const int before = count.answers[version];
    count.changed.wait(lock,
                       [&] { return count.answers[version] > before || count.answers[0] > 0; });
  }
  {
    std::lock_guard lock(count.mutex);
    count.stop = true;
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(count.answers[0] == 0);
}

}  // namespace clientele::inference
