#include <atomic>
#include <latch>
#include <thread>

#include "common/inference/generation/text_generator.h"
#include "common/status/error_details.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/inference/tiny_generator.h"

namespace clientele::inference {
namespace {

using clientele::testing::FakeClock;
using testing::ExpectedTokens;
using testing::LoadTinyGenerator;
using testing::ModelCall;
using testing::ModelProbe;
using Tokens = std::vector<std::int64_t>;

struct GeneratorFixture {
  explicit GeneratorFixture(GenerationLoopOptions loop = {})
      : model(LoadTinyGenerator(GeneratorKind::kDecoder, &probe)),
        generator(TextGenerator::Create({.clock = &clock, .loop = loop}).value()) {}

  FakeClock clock;
  ModelProbe probe;
  std::shared_ptr<const GeneratorModel> model;
  std::unique_ptr<TextGenerator> generator;  // goes first: its thread uses the others
};

}  // namespace

TEST_CASE("tokens are streamed in their order and are those of the result") {
  GeneratorFixture f;
  const DecodingOptions decoding = {.method = SamplingOptions{.temperature = 2, .seed = 3},
                                    .max_new_tokens = 25};
  Tokens streamed;
  const auto text =
      f.generator->Generate({}, f.model, {1, 2, 3}, {.decoding = decoding, .end_ids = Tokens{}},
                            [&](std::int64_t token) { streamed.push_back(token); });
  REQUIRE(text.ok());
  CHECK(text->tokens.size() == 25);
  CHECK(streamed == text->tokens);
  CHECK(text->tokens == ExpectedTokens(GeneratorKind::kDecoder, {1, 2, 3}, decoding, {}));
  CHECK(text->model_id == "tiny-generator/1");
}

TEST_CASE("beams are given at the end, through the same callback") {
  GeneratorFixture f;
  const DecodingOptions decoding = {.method = BeamSearchOptions{.beams = 3}, .max_new_tokens = 9};
  Tokens streamed;
  const auto text = f.generator->Generate({}, f.model, {4, 1}, {.decoding = decoding},
                                          [&](std::int64_t token) { streamed.push_back(token); });
  REQUIRE(text.ok());
  CHECK(streamed == text->tokens);
  CHECK(text->tokens == ExpectedTokens(GeneratorKind::kDecoder, {4, 1}, decoding));
}

TEST_CASE("callers on many threads each get their own tokens") {
  GeneratorFixture f({.max_rows = 6});
  std::atomic<int> wrong = 0;
  std::vector<std::thread> callers;
  for (std::int64_t t = 0; t < 6; ++t) {
    callers.emplace_back([&, t] {
      for (std::int64_t i = 0; i < 15; ++i) {
        const Tokens prompt = {t, (i * 3) % testing::kVocabulary, 5};
        DecodingOptions decoding = {.max_new_tokens = 3 + (t + i) % 9};
        if (i % 3 == 1) {
          decoding.method = SamplingOptions{.seed = static_cast<std::uint64_t>(100 * t + i)};
        }
        if (i % 3 == 2) decoding.method = BeamSearchOptions{.beams = 3};
        Tokens streamed;
        const auto text =
            f.generator->Generate({}, f.model, prompt, {.decoding = decoding},
                                  [&](std::int64_t token) { streamed.push_back(token); });
        if (!text.ok() || streamed != text->tokens ||
            text->tokens != ExpectedTokens(GeneratorKind::kDecoder, prompt, decoding)) {
          ++wrong;
        }
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(wrong == 0);
  CHECK(f.generator->stats().finished == 90);
}

TEST_CASE("a slow reader of one stream holds up nobody else") {
  GeneratorFixture f;
  std::latch first_token(1);
  std::latch read_on(1);
  Tokens streamed;
  std::thread slow([&] {
    f.generator
        ->Generate({}, f.model, {1}, {.decoding = {.max_new_tokens = 20}, .end_ids = Tokens{}},
                   [&](std::int64_t token) {
                     if (streamed.empty()) {
                       first_token.count_down();
                       read_on.wait();
                     }
                     streamed.push_back(token);
                   })
        .IgnoreError();
  });
  first_token.wait();
  CHECK(f.generator->Generate({}, f.model, {2}, {}).ok());
  read_on.count_down();
  slow.join();
  CHECK(streamed.size() == 20);
}

TEST_CASE("nothing is computed for a call that is over") {
  GeneratorFixture f;
  RequestContext late;
  late.deadline = f.clock.Now();
  CHECK(absl::IsDeadlineExceeded(f.generator->Generate(late, f.model, {1}, {}).status()));
  CancellationSource source;
  source.Cancel();
  RequestContext cancelled;
  cancelled.cancellation = source.token();
  CHECK(absl::IsCancelled(f.generator->Generate(cancelled, f.model, {1}, {}).status()));
  f.generator->Drain();
  CHECK(f.probe.calls.empty());
}

TEST_CASE("a caller leaves at its deadline though the model stands still") {
  GeneratorFixture f;
  std::latch open(1);
  f.probe.before = [&](const ModelCall&) {
    open.wait();
    return absl::OkStatus();
  };
  RequestContext context;
  context.deadline = f.clock.Now() + absl::Milliseconds(1);
  CHECK(absl::IsDeadlineExceeded(
      f.generator->Generate(context, f.model, {1}, {.decoding = {.max_new_tokens = 50}}).status()));
  open.count_down();
  f.generator->Drain();
  CHECK(f.generator->stats().cancelled == 1);  // and its row is free: nobody waits
  CHECK(f.probe.calls.size() <= 2);
}

TEST_CASE("a caller that cancels while it generates is told so") {
  GeneratorFixture f;
  CancellationSource source;
  RequestContext context;
  context.cancellation = source.token();
  std::int64_t tokens = 0;
  f.probe.before = [&](const ModelCall&) {
    if (f.probe.calls.size() == 4) source.Cancel();
    return absl::OkStatus();
  };
  const auto text = f.generator->Generate(context, f.model, {1},
                                          {.decoding = {.max_new_tokens = 60}, .end_ids = Tokens{}},
                                          [&](std::int64_t) { ++tokens; });
  CHECK(absl::IsCancelled(text.status()));
  CHECK(tokens == 4);
  f.generator->Drain();
  CHECK(f.probe.calls.size() == 4);
}

TEST_CASE("draining ends what was accepted and refuses what comes") {
  GeneratorFixture f({.max_rows = 1});
  std::latch entered(1);
  std::latch open(1);
  f.probe.before = [&](const ModelCall& call) {
    if (call.method == "prefill" && f.probe.calls.size() == 1) {
      entered.count_down();
      open.wait();
    }
    return absl::OkStatus();
  };
  absl::StatusOr<GeneratedTokens> accepted;
  std::thread caller([&] {
    accepted = f.generator->Generate({}, f.model, {1},
                                     {.decoding = {.max_new_tokens = 5}, .end_ids = Tokens{}});
  });
  entered.wait();
  std::thread drain([&] { f.generator->Drain(); });
  // The accepted request stands before the model until the drain is seen to refuse others.
  absl::Status refused;
  do {
    RequestContext brief;
    brief.deadline = f.clock.Now() + absl::Milliseconds(1);
    refused = f.generator->Generate(brief, f.model, {2}, {}).status();
  } while (absl::IsDeadlineExceeded(refused));
  CHECK(GetReason(refused) == "DRAINING");
  open.count_down();
  drain.join();
  caller.join();
  REQUIRE(accepted.ok());
  CHECK(accepted->tokens.size() == 5);
  const absl::Status after = f.generator->Generate({}, f.model, {2}, {}).status();
  CHECK(absl::IsUnavailable(after));
  CHECK(GetReason(after) == "DRAINING");
  CHECK(f.generator->stats().refused == 2);
  f.generator->Drain();  // idempotent
}

TEST_CASE("impossible options are refused") {
  CHECK(absl::IsInvalidArgument(TextGenerator::Create({.clock = nullptr}).status()));
  CHECK(absl::IsInvalidArgument(TextGenerator::Create({.loop = {.max_rows = 0}}).status()));
  CHECK(absl::IsInvalidArgument(TextGenerator::Create({.loop = {.max_cache_bytes = 0}}).status()));
  CHECK(absl::IsInvalidArgument(TextGenerator::Create({.loop = {.queue_capacity = 0}}).status()));
  CHECK(
      absl::IsInvalidArgument(TextGenerator::Create({.loop = {.max_prefill_cells = 0}}).status()));
}

}  // namespace clientele::inference
