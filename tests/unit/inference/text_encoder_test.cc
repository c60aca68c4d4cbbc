#include "common/inference/tasks/text_encoder.h"

#include <cmath>
#include <thread>

#include "common/inference/torchscript/torchscript_runner.h"
#include "common/status/error_details.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/inference/text_file.h"
#include "tests/unit/inference/tiny_models.h"

namespace clientele::inference {
namespace {

using clientele::testing::FakeClock;
using clientele::testing::TemporaryFolder;
using Vector = std::vector<float>;

const std::vector<std::string> kTexts = {
    "Where is my parcel?",
    "退货需要多长时间？",
    "shoes",
    "a much longer question about the return of two pairs of red running shoes that do not fit",
    "运费",
    "Free shipping over 50 euros"};

struct EncoderFixture {
  explicit EncoderFixture(bool with_model = true) {
    if (with_model) testing::WriteTinyEncoder(folder.path(), "1", key).value();
    handle = ModelHandle<TextEncoderModel>::Create({.model_dir = folder.path(),
                                                    .name = "tiny-encoder",
                                                    .task = model::v1::TASK_TEXT_ENCODER,
                                                    .public_key = key.public_key(),
                                                    .runners = TorchScriptRunner::Load,
                                                    .refresh_interval = absl::ZeroDuration()})
                 .value();
  }
  std::unique_ptr<TextEncoder> Open(bool run_inline, batching::BatchPolicy policy = {}) {
    return TextEncoder::Create({.handle = handle.get(),
                                .clock = &clock,
                                .run_inline = run_inline,
                                .policy = std::move(policy)})
        .value();
  }

  TemporaryFolder folder;
  crypto::SigningKey key = crypto::SigningKey::Generate();
  FakeClock clock;
  std::unique_ptr<ModelHandle<TextEncoderModel>> handle;
};

float Largest(const Vector& a, const Vector& b) {
  REQUIRE(a.size() == b.size());
  float largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

double Norm(const Vector& vector) {
  double square = 0;
  for (const float value : vector) square += static_cast<double>(value) * value;
  return std::sqrt(square);
}

}  // namespace

TEST_CASE("a text gets the prompt of its role, and an empty one stays empty") {
  EncoderFixture f(/*with_model=*/false);
  const auto dir = testing::WriteTinyEncoder(f.folder.path(), "1", f.key).value();
  const auto plain_handle = [&] {
    return ModelHandle<TextEncoderModel>::Create({.model_dir = f.folder.path(),
                                                  .name = "tiny-encoder",
                                                  .task = model::v1::TASK_TEXT_ENCODER,
                                                  .public_key = f.key.public_key(),
                                                  .runners = TorchScriptRunner::Load,
                                                  .refresh_interval = absl::ZeroDuration()})
        .value();
  };
  const auto before = plain_handle();
  testing::Resign(dir, f.key, [](model::v1::Bundle& manifest) {
    (*manifest.mutable_settings())["prompt.query"] = "query: ";
    (*manifest.mutable_settings())["prompt.document"] = "passage: ";
    (*manifest.mutable_settings())["lower_case"] = "true";
  });
  const auto after = plain_handle();
  const auto plain = TextEncoder::Create({.handle = before.get(), .run_inline = true}).value();
  const auto told = TextEncoder::Create({.handle = after.get(), .run_inline = true}).value();
  const auto expected = plain->Encode({}, {"query: red shoes", "passage: red shoes", "red shoes"});
  REQUIRE(expected.ok());
  const auto one = [&](const std::string& text, TextRole role) {
    return told->Encode({}, {text}, role).value().front();
  };
  CHECK(Largest(one("Red SHOES", TextRole::kQuery), (*expected)[0]) < 1e-6F);
  CHECK(Largest(one("red shoes", TextRole::kDocument), (*expected)[1]) < 1e-6F);
  CHECK(Largest(one("red shoes", TextRole::kAny), (*expected)[2]) < 1e-6F);
  CHECK(Norm(one("", TextRole::kQuery)) == 0);
}

TEST_CASE("a text has the same unit vector alone, in a batch and in any order") {
  EncoderFixture f;
  for (const bool run_inline : {true, false}) {
    const auto encoder = f.Open(run_inline);
    const auto together = encoder->Encode({}, kTexts);
    REQUIRE(together.ok());
    REQUIRE(together->size() == kTexts.size());
    const std::vector<std::string> backwards(kTexts.rbegin(), kTexts.rend());
    const auto reversed = encoder->Encode({}, backwards);
    REQUIRE(reversed.ok());
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
      const auto alone = encoder->Encode({}, {kTexts[i]});
      REQUIRE(alone.ok());
      CHECK(Largest((*alone)[0], (*together)[i]) < 1e-5f);
      CHECK(Largest((*reversed)[kTexts.size() - 1 - i], (*together)[i]) < 1e-5f);
      CHECK(std::abs(Norm((*alone)[0]) - 1) < 1e-5);
    }
    CHECK(encoder->dimension() == testing::kDimension);
    CHECK(encoder->model_id() == "tiny-encoder/1");
  }
}

TEST_CASE("texts without a token give zeros and never reach the model") {
  EncoderFixture f;
  const auto encoder = f.Open(false);
  const auto rows = encoder->Encode({}, {"", "   ", "?!", "shoe"});
  REQUIRE(rows.ok());
  for (int i = 0; i < 3; ++i) CHECK((*rows)[i] == Vector(testing::kDimension, 0.0f));
  CHECK(Norm((*rows)[3]) > 0.9);
  CHECK(encoder->stats().computed == 1);
  CHECK(encoder->Encode({}, {}).value().empty());
}

TEST_CASE("what lies beyond max_tokens is cut off") {
  EncoderFixture f;
  const auto encoder = f.Open(true);
  std::string words = "one two three four five six seven eight nine ten";
  const auto rows = encoder->Encode({}, {words, words + " eleven twelve"});
  REQUIRE(rows.ok());
  CHECK((*rows)[0] == (*rows)[1]);
}

TEST_CASE("a call larger than the queue goes in parts") {
  EncoderFixture f;
  const auto encoder = f.Open(false, {.max_batch_rows = 3, .queue_capacity = 4});
  std::vector<std::string> texts;
  for (int i = 0; i < 50; ++i) texts.push_back("text number " + std::to_string(i));
  const auto rows = encoder->Encode({}, texts);
  REQUIRE(rows.ok());
  CHECK(rows->size() == 50);
  CHECK(encoder->stats().computed == 50);
  CHECK(Largest((*rows)[49], encoder->Encode({}, {texts[49]}).value()[0]) < 1e-5f);
}

TEST_CASE("a batch larger than the bundle's limit is split") {
  EncoderFixture f;
  const auto encoder = f.Open(true, {.max_batch_rows = 64, .length_bounds = {1000}});
  const std::vector<std::string> texts(40, "shoe");  // limits.max_batch_rows is 8
  CHECK(encoder->Encode({}, texts).ok());
}

TEST_CASE("without a model the answer is MODEL_UNAVAILABLE") {
  EncoderFixture f(/*with_model=*/false);
  const auto encoder = f.Open(false);
  const absl::Status status = encoder->Encode({}, {"shoe"}).status();
  CHECK(absl::IsUnavailable(status));
  CHECK(GetReason(status) == "MODEL_UNAVAILABLE");
  CHECK(encoder->dimension() == 0);
  CHECK(encoder->model_id().empty());
}

TEST_CASE("nothing is computed for a call that is over") {
  EncoderFixture f;
  for (const bool run_inline : {true, false}) {
    const auto encoder = f.Open(run_inline);
    RequestContext late;
    late.deadline = f.clock.Now();
    CHECK(absl::IsDeadlineExceeded(encoder->Encode(late, {"shoe"}).status()));
    CancellationSource source;
    source.Cancel();
    RequestContext cancelled;
    cancelled.cancellation = source.token();
    CHECK(absl::IsCancelled(encoder->Encode(cancelled, {"shoe"}).status()));
    CHECK(encoder->stats().computed == 0);
  }
}

TEST_CASE("a call sees one version while a newer one is swapped in") {
  EncoderFixture f;
  const auto encoder = f.Open(false);
  const auto before = encoder->EncodeWithId({}, {"shoe"});
  REQUIRE(before.ok());
  CHECK(before->model_id == "tiny-encoder/1");
  testing::WriteTinyEncoder(f.folder.path(), "2", f.key, 3).value();
  REQUIRE(f.handle->Refresh().ok());
  const auto after = encoder->EncodeWithId({}, {"shoe"});
  REQUIRE(after.ok());
  CHECK(after->model_id == "tiny-encoder/2");
  CHECK(Largest(before->rows[0], after->rows[0]) > 1e-3f);
}

TEST_CASE("calls from many threads get their own rows") {
  EncoderFixture f;
  const auto encoder = f.Open(false, {.max_batch_rows = 5});
  const auto expected = encoder->Encode({}, kTexts).value();
  std::atomic<int> wrong = 0;
  std::vector<std::thread> callers;
  for (int t = 0; t < 4; ++t) {
    callers.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const std::size_t at = (t + i) % kTexts.size();
        const auto rows = encoder->Encode({}, {kTexts[at]});
        if (!rows.ok()) {
          ++wrong;
          continue;
        }
        for (std::size_t d = 0; d < expected[at].size(); ++d) {
          if (std::abs((*rows)[0][d] - expected[at][d]) > 1e-5f) ++wrong;
        }
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(wrong == 0);
}

TEST_CASE("a handle of another task is refused") {
  EncoderFixture f;
  const auto handle =
      ModelHandle<TextEncoderModel>::Create({.model_dir = f.folder.path(),
                                             .name = "tiny-encoder",
                                             .task = model::v1::TASK_RANKER,
                                             .public_key = f.key.public_key(),
                                             .runners = TorchScriptRunner::Load,
                                             .refresh_interval = absl::ZeroDuration()})
          .value();
  CHECK(absl::IsInvalidArgument(TextEncoder::Create({.handle = handle.get()}).status()));
  CHECK(absl::IsInvalidArgument(TextEncoder::Create({}).status()));
}

}  // namespace clientele::inference
