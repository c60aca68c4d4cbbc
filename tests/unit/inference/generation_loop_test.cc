#include "common/inference/generation/generation_loop.h"

#include <limits>
#include <map>
#include <optional>
#include <set>

#include <ATen/ATen.h>

#include "common/status/error_details.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/inference/tiny_generator.h"

namespace clientele::inference {
namespace {

using clientele::testing::FakeClock;
using testing::ExpectedTokens;
using testing::kEndId;
using testing::kGeneratorPositions;
using testing::kPositionBytes;
using testing::kVocabulary;
using testing::LoadTinyGenerator;
using testing::ModelCall;
using testing::ModelProbe;
using Tokens = std::vector<std::int64_t>;

// What one request was told.
class Recorder final : public GenerationSink {
 public:
  void OnToken(std::int64_t token) override { told.push_back(token); }
  void OnDone(absl::StatusOr<GeneratedTokens> done) override {
    CHECK_FALSE(result.has_value());
    result = std::move(done);
  }
  bool cancelled() const override { return cancel; }

  bool done() const { return result.has_value(); }
  absl::StatusCode code() const {
    return result.has_value() ? result->status().code() : absl::StatusCode::kUnknown;
  }
  Tokens tokens() const { return result->value().tokens; }

  Tokens told;
  std::optional<absl::StatusOr<GeneratedTokens>> result;
  bool cancel = false;
};

constexpr GeneratorKind kDecoderOnly = GeneratorKind::kDecoder;
constexpr GeneratorKind kWithEncoder = GeneratorKind::kEncoderDecoder;

struct LoopFixture {
  explicit LoopFixture(GenerationLoopOptions options = {},
                       GeneratorKind kind_of_model = kDecoderOnly)
      : kind(kind_of_model), model(LoadTinyGenerator(kind, &probe)), loop(options) {}

  absl::Status TryAdd(const std::shared_ptr<Recorder>& recorder, Tokens prompt,
                      const DecodingOptions& decoding,
                      absl::Time deadline = absl::InfiniteFuture()) {
    auto request = MakeGenerationRequest(
        model, std::move(prompt), {.decoding = decoding, .end_ids = end_ids}, deadline, recorder);
    if (!request.ok()) return request.status();
    return loop.Add(*request, clock.Now());
  }
  std::shared_ptr<Recorder> Add(Tokens prompt, const DecodingOptions& decoding,
                                absl::Time deadline = absl::InfiniteFuture()) {
    auto recorder = std::make_shared<Recorder>();
    const absl::Status added = TryAdd(recorder, std::move(prompt), decoding, deadline);
    REQUIRE(added.ok());
    return recorder;
  }
  // Without end tokens: exactly `budget` tokens.
  std::shared_ptr<Recorder> AddGreedy(Tokens prompt, std::int64_t budget,
                                      absl::Time deadline = absl::InfiniteFuture()) {
    return Add(std::move(prompt), {.max_new_tokens = budget}, deadline);
  }
  bool RunOnce() { return loop.RunOnce(clock.Now()); }
  void RunToEnd() {
    for (int i = 0; RunOnce(); ++i) REQUIRE(i < 1000);
  }
  Tokens Expected(const Tokens& prompt, std::int64_t budget) const {
    return ExpectedTokens(kind, prompt, {.max_new_tokens = budget}, end_ids);
  }
  // Rows of the last call of the model.
  std::int64_t LastRows() const { return probe.calls.back().rows; }

  GeneratorKind kind;
  Tokens end_ids;
  FakeClock clock;
  ModelProbe probe;
  std::shared_ptr<const GeneratorModel> model;
  GenerationLoop loop;
};

Tokens PromptOf(std::size_t length, std::int64_t salt) {
  Tokens prompt;
  for (std::size_t i = 0; i < length; ++i) {
    prompt.push_back((static_cast<std::int64_t>(i * i) * 3 + salt * 7 + 1) % kVocabulary);
  }
  return prompt;
}

}  // namespace

TEST_CASE("mixed requests that come and go get exactly what each gets alone") {
  for (const GeneratorKind kind : {kDecoderOnly, kWithEncoder}) {
    LoopFixture f({.max_rows = 9, .max_prefill_cells = 64}, kind);
    f.end_ids = {kEndId, 11};
    struct Case {
      Tokens prompt;
      DecodingOptions decoding;
      std::shared_ptr<Recorder> recorder;
    };
    std::vector<Case> cases;
    for (std::int64_t i = 0; i < 40; ++i) {
      DecodingOptions decoding = {.max_new_tokens = 1 + (i * 5) % 23};
      if (i % 3 == 1) {
        decoding.method = SamplingOptions{.temperature = 1.5,
                                          .top_k = i % 2 * 9,
                                          .top_p = 0.9,
                                          .seed = static_cast<std::uint64_t>(1000 + i)};
      }
      if (i % 3 == 2) {
        decoding.method = BeamSearchOptions{.beams = 2 + i % 4, .length_penalty = 0.5 * (i % 3)};
      }
      cases.push_back({PromptOf(1 + (i * 7) % 31, i), decoding, nullptr});
    }
    for (std::size_t i = 0; i < cases.size(); ++i) {
      cases[i].recorder = f.Add(cases[i].prompt, cases[i].decoding);
      if (i % 2 == 1) f.RunOnce();
    }
    f.RunToEnd();
    std::size_t tokens = 0;
    for (std::size_t i = 0; i < cases.size(); ++i) {
      INFO("kind " << static_cast<int>(kind) << " request " << i);
      REQUIRE(cases[i].recorder->code() == absl::StatusCode::kOk);
      CHECK(cases[i].recorder->tokens() ==
            ExpectedTokens(kind, cases[i].prompt, cases[i].decoding, f.end_ids));
      CHECK(cases[i].recorder->told == cases[i].recorder->tokens());
      tokens += cases[i].recorder->told.size();
    }
    const GenerationStats stats = f.loop.stats();
    CHECK(stats.finished == cases.size());
    CHECK(stats.generated_tokens == tokens);
    CHECK(stats.steps == f.probe.Count("step"));
    CHECK(stats.prefills == f.probe.Count("prefill"));
    CHECK(stats.steps < tokens / 3);  // they shared them
    CHECK(stats.active_rows == 0);
    CHECK(stats.running == 0);
    CHECK(stats.cache_bytes == 0);  // nothing is held while nothing runs
    CHECK_FALSE(f.loop.HasWork());
  }
}

TEST_CASE("a request joins those that generate at the next step") {
  LoopFixture f;
  const auto first = f.AddGreedy({1, 2, 3}, 10);
  f.RunOnce();
  f.RunOnce();
  CHECK(first->told.size() == 3);  // one of the prefill, one a step
  const auto second = f.AddGreedy({5, 6}, 10);
  f.probe.calls.clear();
  f.RunOnce();
  REQUIRE(f.probe.calls.size() == 2);
  CHECK(f.probe.calls[0].method == "prefill");
  CHECK(f.probe.calls[0].rows == 1);
  CHECK(f.probe.calls[1].method == "step");
  CHECK(f.probe.calls[1].rows == 2);
  CHECK(first->told.size() == 4);
  CHECK(second->told.size() == 2);
  CHECK(f.loop.stats().active_rows == 2);
}

TEST_CASE("a finished request leaves its row to one that waits") {
  LoopFixture f({.max_rows = 2});
  const auto quick = f.AddGreedy({1}, 3);
  const auto slow = f.AddGreedy({2}, 9);
  const auto waiting = f.AddGreedy({3}, 4);
  f.RunOnce();
  CHECK(f.loop.stats().waiting == 1);
  CHECK(waiting->told.empty());
  f.RunOnce();
  REQUIRE(quick->done());
  CHECK(f.loop.stats().active_rows == 1);
  f.RunOnce();
  CHECK(waiting->told.size() == 2);
  CHECK(f.LastRows() == 2);
  f.RunToEnd();
  CHECK(quick->tokens() == f.Expected({1}, 3));
  CHECK(slow->tokens() == f.Expected({2}, 9));
  CHECK(waiting->tokens() == f.Expected({3}, 4));
  // Nine tokens of the longest, of which one is the prefill's: it never waited.
  CHECK(f.probe.Count("step") == 8);
}

TEST_CASE("rows in use and the cache stay inside their bounds") {
  // At most 3 rows, of at most 3 x 20 positions.
  LoopFixture f({.max_rows = 3, .max_cache_bytes = 60 * kPositionBytes});
  std::vector<std::pair<Tokens, std::int64_t>> asked;
  std::vector<std::shared_ptr<Recorder>> recorders;
  for (std::int64_t i = 0; i < 12; ++i) {
    asked.emplace_back(PromptOf(2 + i % 5 * 4, i), 3 + i % 4 * 3);
    recorders.push_back(f.AddGreedy(asked.back().first, asked.back().second));
  }
  std::uint64_t most_bytes = 0;
  while (f.RunOnce()) {
    const GenerationStats stats = f.loop.stats();
    CHECK(stats.active_rows <= 3);
    CHECK(stats.reserved_bytes <= 60U * kPositionBytes);
    CHECK(stats.cache_bytes <= 60U * kPositionBytes);
    most_bytes = std::max(most_bytes, stats.cache_bytes);
  }
  CHECK(most_bytes > 30U * kPositionBytes);
  for (const ModelCall& call : f.probe.calls) CHECK(call.rows <= 3);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    CHECK(recorders[i]->tokens() == f.Expected(asked[i].first, asked[i].second));
  }
}

TEST_CASE("a model's own limit of rows bounds its batches") {
  LoopFixture f({.max_rows = 16});
  f.model = LoadTinyGenerator(kDecoderOnly, &f.probe, "1", /*max_batch_rows=*/2);
  for (std::int64_t i = 0; i < 5; ++i) f.AddGreedy({i}, 4);
  f.RunToEnd();
  for (const ModelCall& call : f.probe.calls) CHECK(call.rows <= 2);
  CHECK(f.loop.stats().finished == 5);
}

TEST_CASE("a step sees the rows and positions in use as a view that needs no copy") {
  LoopFixture f;
  const auto longer = f.AddGreedy(PromptOf(20, 1), 30);
  f.AddGreedy(PromptOf(20, 2), 3);
  std::set<const void*> caches;
  while (f.RunOnce()) {
    const ModelCall& call = f.probe.calls.back();
    CHECK(call.method == "step");
    // What the longest row held before, and the new one.
    CHECK(call.length == 20 + static_cast<std::int64_t>(longer->told.size()) - 1);
    CHECK(call.one_stride);
    caches.insert(call.cache);
  }
  CHECK(caches.size() <= 2);  // it grew once, from 32 positions to all that were asked for
  CHECK(longer->tokens() == f.Expected(PromptOf(20, 1), 30));
}

TEST_CASE("prompts of similar length are prefilled together, others apart") {
  LoopFixture f;
  f.AddGreedy(PromptOf(3, 1), 2);
  f.AddGreedy(PromptOf(30, 2), 2);
  f.AddGreedy(PromptOf(7, 3), 2);
  f.AddGreedy(PromptOf(5, 4), 2);
  f.RunOnce();
  REQUIRE(f.probe.calls.size() == 3);
  CHECK(f.probe.calls[0].rows == 3);
  CHECK(f.probe.calls[0].length == 7);
  CHECK(f.probe.calls[1].rows == 1);
  CHECK(f.probe.calls[1].length == 30);
  CHECK(f.probe.calls[2].rows == 4);  // the step of all
  CHECK(f.loop.stats().prefilled_tokens == 3 + 30 + 7 + 5);
}

TEST_CASE("one iteration prefills only so much, so that others go on generating") {
  LoopFixture f({.max_prefill_cells = 16});
  const auto running = f.AddGreedy({1}, 20);
  f.RunOnce();
  for (std::int64_t i = 0; i < 5; ++i) f.AddGreedy(PromptOf(8, i), 10);
  const auto huge = f.AddGreedy(PromptOf(40, 1), 2);
  std::vector<std::size_t> prefills;
  for (int i = 0; i < 4; ++i) {
    f.probe.calls.clear();
    const std::size_t told = running->told.size();
    f.RunOnce();
    CHECK(running->told.size() == told + 1);
    std::int64_t cells = 0;
    for (const ModelCall& call : f.probe.calls) {
      if (call.method == "prefill") cells += call.rows * call.length;
    }
    prefills.push_back(static_cast<std::size_t>(cells));
  }
  // Two prompts, two, one with no room for the long one, and that alone.
  CHECK(prefills == std::vector<std::size_t>{16, 16, 8, 40});
  CHECK(huge->done());
}

TEST_CASE("a request that expires while it waits never reaches the model") {
  LoopFixture f({.max_rows = 1});
  const auto running = f.AddGreedy({1}, 5);
  const auto late = f.AddGreedy({2}, 5, f.clock.Now() + absl::Seconds(1));
  f.RunOnce();
  CHECK_FALSE(late->done());
  f.clock.Advance(absl::Seconds(1));
  f.RunOnce();
  REQUIRE(late->code() == absl::StatusCode::kDeadlineExceeded);
  CHECK(GetReason(late->result->status()) == "DEADLINE_EXCEEDED");
  f.RunToEnd();
  CHECK(running->tokens().size() == 5);
  CHECK(late->told.empty());
  CHECK(f.probe.Count("prefill") == 1);
  CHECK(f.loop.stats().expired == 1);
  CHECK(f.loop.stats().prefilled_tokens == 1);

  SECTION("not even on an idle machine") {
    f.probe.calls.clear();
    const auto dead = f.AddGreedy({3}, 5, f.clock.Now());
    CHECK_FALSE(f.RunOnce());
    CHECK(dead->code() == absl::StatusCode::kDeadlineExceeded);
    CHECK(f.probe.calls.empty());
  }
}

TEST_CASE("a request that expires while it generates frees its rows") {
  LoopFixture f;
  const auto late = f.Add({2}, {.method = BeamSearchOptions{.beams = 3}, .max_new_tokens = 20},
                          f.clock.Now() + absl::Seconds(1));
  const auto other = f.AddGreedy({1, 5}, 20);
  f.RunOnce();
  f.RunOnce();
  CHECK(f.LastRows() == 4);
  f.clock.Advance(absl::Seconds(2));
  f.RunOnce();
  CHECK(late->code() == absl::StatusCode::kDeadlineExceeded);
  CHECK(f.LastRows() == 1);
  f.RunToEnd();
  CHECK(other->tokens() == f.Expected({1, 5}, 20));
  CHECK(f.loop.stats().expired == 1);
}

TEST_CASE("a caller who cancels frees the rows at the next step") {
  LoopFixture f({.max_rows = 2});
  const auto leaving = f.AddGreedy({1, 2}, 30);
  const auto staying = f.AddGreedy({3, 4}, 30);
  const auto waiting = f.AddGreedy({5, 6}, 3);
  const auto gone = f.AddGreedy({7}, 3);
  f.RunOnce();
  leaving->cancel = true;
  gone->cancel = true;
  f.RunOnce();
  CHECK(leaving->code() == absl::StatusCode::kCancelled);
  CHECK(leaving->told.size() == 2);
  CHECK(gone->code() == absl::StatusCode::kCancelled);
  CHECK(waiting->told.size() == 2);  // has the row already
  f.RunToEnd();
  CHECK(staying->tokens() == f.Expected({3, 4}, 30));
  CHECK(waiting->tokens() == f.Expected({5, 6}, 3));
  CHECK(f.loop.stats().cancelled == 2);
  CHECK(f.loop.stats().prefilled_tokens == 6);
}

TEST_CASE("a full queue refuses at once, unless somebody in it has left") {
  LoopFixture f({.max_rows = 1, .queue_capacity = 2});
  f.AddGreedy({1}, 9);
  f.RunOnce();
  const auto waiting = f.AddGreedy({2}, 2);
  f.AddGreedy({3}, 2);
  const auto refused = std::make_shared<Recorder>();
  const absl::Status status = f.TryAdd(refused, {4}, {});
  CHECK(absl::IsResourceExhausted(status));
  CHECK(GetReason(status) == "OVERLOADED");
  CHECK(GetRetryDelay(status).has_value());
  CHECK_FALSE(refused->done());
  CHECK(f.loop.stats().refused == 1);
  CHECK(f.loop.stats().waiting == 2);

  waiting->cancel = true;
  CHECK(f.TryAdd(refused, {4}, {.max_new_tokens = 1}).ok());
  CHECK(waiting->code() == absl::StatusCode::kCancelled);
  f.RunToEnd();
  CHECK(refused->tokens() == f.Expected({4}, 1));
}

TEST_CASE("nobody overtakes a request that does not fit yet") {
  LoopFixture f({.max_rows = 4});
  const auto first = f.AddGreedy({1}, 4);
  f.RunOnce();
  const auto wide = f.Add({2}, {.method = BeamSearchOptions{.beams = 4}, .max_new_tokens = 3});
  const auto small = f.AddGreedy({3}, 2);
  f.RunOnce();
  CHECK(small->told.empty());
  f.RunToEnd();
  CHECK(first->tokens() == f.Expected({1}, 4));
  CHECK(wide->done());
  CHECK(small->tokens() == f.Expected({3}, 2));
}

TEST_CASE("requests of two versions are never in one batch, and the old one is freed") {
  LoopFixture f;
  ModelProbe new_probe;
  const auto old_request = f.AddGreedy({1, 2}, 6);
  f.RunOnce();
  const auto waiting_for_old = f.AddGreedy({2, 2}, 3);
  const std::weak_ptr<const GeneratorModel> old_model = f.model;
  f.model = LoadTinyGenerator(kDecoderOnly, &new_probe, "2");
  const auto new_request = f.AddGreedy({3, 4}, 8);
  f.RunOnce();
  CHECK(f.probe.calls.back().rows == 2);
  CHECK(new_probe.calls.back().rows == 1);
  CHECK(f.loop.stats().active_rows == 3);
  CHECK_FALSE(old_model.expired());
  while (!old_request->done()) f.RunOnce();
  CHECK(old_model.expired());
  CHECK_FALSE(new_request->done());
  f.RunToEnd();
  CHECK(old_request->result->value().model_id == "tiny-generator/1");
  CHECK(waiting_for_old->result->value().model_id == "tiny-generator/1");
  CHECK(new_request->result->value().model_id == "tiny-generator/2");
  CHECK(old_request->tokens() == f.Expected({1, 2}, 6));
  CHECK(waiting_for_old->tokens() == f.Expected({2, 2}, 3));
  CHECK(new_request->tokens() == f.Expected({3, 4}, 8));
}

TEST_CASE("two versions share the bound of rows and of the cache") {
  LoopFixture f({.max_rows = 8, .max_cache_bytes = 40 * kPositionBytes});
  const auto old_request = f.AddGreedy({1, 2}, 29);  // 30 positions
  f.RunOnce();
  ModelProbe new_probe;
  f.model = LoadTinyGenerator(kDecoderOnly, &new_probe, "2");
  const auto new_request = f.AddGreedy({3, 4}, 19);  // 20 positions
  f.RunOnce();
  CHECK(new_probe.calls.empty());
  f.RunToEnd();
  CHECK(old_request->tokens().size() == 29);
  CHECK(new_request->tokens() == f.Expected({3, 4}, 19));
}

TEST_CASE("logits that are not finite end their request alone") {
  for (const bool with_beams : {false, true}) {
    LoopFixture f;
    // The model breaks for row 1 at one step.
    int steps = 0;
    f.probe.after = [&](const ModelCall& call, std::vector<at::Tensor>& outputs) {
      if (call.method == "step" && ++steps == 3) {
        outputs[0][1][2] = std::numeric_limits<float>::quiet_NaN();
      }
    };
    const auto before = f.AddGreedy({1, 2}, 12);
    const auto broken = f.Add(
        {3, 4},
        {.method = with_beams ? decltype(DecodingOptions::method)(BeamSearchOptions{.beams = 2})
                              : Greedy{},
         .max_new_tokens = 12});
    const auto after = f.AddGreedy({5, 6}, 12);
    f.RunToEnd();
    CHECK(broken->code() == absl::StatusCode::kInternal);
    CHECK(before->tokens() == f.Expected({1, 2}, 12));
    CHECK(after->tokens() == f.Expected({5, 6}, 12));
    CHECK(f.loop.stats().failed == 1);
    CHECK(f.loop.stats().finished == 2);
  }
}

TEST_CASE("numbers that are not finite do not stay in the cache for the next one") {
  LoopFixture f({.max_rows = 2});
  // The prompt that holds 13 breaks its keys, as a model whose sums overflow would.
  f.probe.after = [&](const ModelCall& call, std::vector<at::Tensor>& outputs) {
    if (call.method == "prefill" && f.probe.Count("prefill") == 1) {
      outputs[1].select(2, 1).fill_(std::numeric_limits<float>::quiet_NaN());
      outputs[0].select(0, 1).fill_(std::numeric_limits<float>::quiet_NaN());
    }
  };
  const auto healthy = f.AddGreedy(PromptOf(6, 1), 9);
  const auto broken = f.AddGreedy({13, 13, 13, 13, 13, 13}, 9);
  const auto heir = f.AddGreedy({7}, 9);
  f.RunToEnd();
  CHECK(broken->code() == absl::StatusCode::kInternal);
  CHECK(healthy->tokens() == f.Expected(PromptOf(6, 1), 9));
  CHECK(heir->tokens() == f.Expected({7}, 9));
}

TEST_CASE("a model that fails ends the requests of that call, not the engine") {
  LoopFixture f;
  std::string failing = "prefill";
  f.probe.before = [&](const ModelCall& call) -> absl::Status {
    return call.method == failing ? absl::InternalError("the model failed") : absl::OkStatus();
  };
  failing = "";
  const auto running = f.AddGreedy({1}, 6);
  f.RunOnce();
  failing = "prefill";
  const auto unlucky = f.AddGreedy({2}, 6);
  f.RunOnce();
  CHECK(unlucky->code() == absl::StatusCode::kInternal);
  CHECK(running->told.size() == 3);
  failing = "step";
  f.RunOnce();
  CHECK(running->code() == absl::StatusCode::kInternal);
  failing = "";
  const auto later = f.AddGreedy({3}, 6);
  f.RunToEnd();
  CHECK(later->tokens() == f.Expected({3}, 6));
  CHECK(f.loop.stats().failed == 2);
}

TEST_CASE("beams copy only rows that changed, and greedy requests none") {
  LoopFixture f;
  f.AddGreedy({1, 2, 3}, 12);
  f.AddGreedy({3, 2}, 12);
  f.RunToEnd();
  CHECK(f.loop.stats().copied_rows == 0);

  const DecodingOptions beams = {.method = BeamSearchOptions{.beams = 4}, .max_new_tokens = 12};
  const auto request = f.Add({5, 1}, beams);
  f.RunOnce();
  // Three copies of the prompt's row, and those of one step.
  CHECK(f.loop.stats().copied_rows >= 3);
  CHECK(f.loop.stats().copied_rows <= 3 + 3);
  f.RunToEnd();
  // A parent keeps its row: at most beams - 1 copies a step.
  CHECK(f.loop.stats().copied_rows <= 3 + 3 * 11);
  CHECK(request->tokens() == ExpectedTokens(kDecoderOnly, {5, 1}, beams, {}));
}

TEST_CASE("what could never run is refused by name") {
  LoopFixture f({.max_rows = 2, .max_cache_bytes = 30 * kPositionBytes});
  const auto code = [&](Tokens prompt, const DecodingOptions& decoding) {
    return f.TryAdd(std::make_shared<Recorder>(), std::move(prompt), decoding).code();
  };
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  CHECK(code({}, {}) == kInvalid);
  CHECK(code({kVocabulary}, {}) == kInvalid);
  CHECK(code({-1}, {}) == kInvalid);
  CHECK(code(PromptOf(kGeneratorPositions, 1), {}) == kInvalid);
  CHECK(code({1}, {.max_new_tokens = 0}) == kInvalid);
  CHECK(code({1}, {.method = BeamSearchOptions{.beams = 3}, .max_new_tokens = 2}) == kInvalid);
  CHECK(code({1}, {.max_new_tokens = 31}) == kInvalid);  // 31 positions
  CHECK(code({1}, {.max_new_tokens = 30}) == absl::StatusCode::kOk);
  f.end_ids = {kVocabulary};
  CHECK(code({1}, {}) == kInvalid);
  f.model = nullptr;
  CHECK(code({1}, {}) == kInvalid);
  CHECK(f.probe.calls.empty());
}

TEST_CASE("the budget is cut to the positions that the model has") {
  for (const GeneratorKind kind : {kDecoderOnly, kWithEncoder}) {
    LoopFixture f({}, kind);
    const Tokens prompt = PromptOf(60, 3);
    const auto request = f.AddGreedy(prompt, 1000);
    f.RunToEnd();
    const std::int64_t room = kGeneratorPositions - (kind == kDecoderOnly ? 60 : 1);
    CHECK(request->tokens() == f.Expected(prompt, room));
    CHECK(request->result->value().finish_reason == FinishReason::kLength);
  }
}

TEST_CASE("a request ends with the model's own end token unless it names others") {
  LoopFixture f;
  // The first prompt behind which the model comes to its end token.
  Tokens prompt;
  Tokens expected;
  for (std::int64_t id = 0; id < kVocabulary && expected.size() < 2; ++id) {
    prompt = {id, 3};
    expected = ExpectedTokens(kDecoderOnly, prompt, {.max_new_tokens = 60}, {kEndId});
    if (expected.back() != kEndId) expected.clear();
  }
  REQUIRE(expected.size() >= 2);
  const auto run = [&](std::optional<Tokens> end_ids) {
    auto recorder = std::make_shared<Recorder>();
    auto request =
        MakeGenerationRequest(f.model, prompt,
                              {.decoding = {.max_new_tokens = 60}, .end_ids = std::move(end_ids)},
                              absl::InfiniteFuture(), recorder)
            .value();
    REQUIRE(f.loop.Add(request, f.clock.Now()).ok());
    CHECK(request == nullptr);
    f.RunToEnd();
    return recorder->result->value();
  };
  CHECK(run(std::nullopt).tokens == expected);
  CHECK(run(std::nullopt).finish_reason == FinishReason::kStop);
  CHECK(run(Tokens{}).tokens.size() == 60);
  CHECK(run(Tokens{}).finish_reason == FinishReason::kLength);
  CHECK(run(Tokens{expected[0]}).tokens == Tokens{expected[0]});
}

TEST_CASE("the cache grows by steps up to what was admitted") {
  CHECK(Grow({}, {1, 5, 0}, {1, 100, 0}) == CacheShape{1, 32, 0});
  CHECK(Grow({1, 32, 0}, {1, 33, 0}, {1, 100, 0}) == CacheShape{1, 96, 0});
  CHECK(Grow({1, 64, 0}, {1, 65, 0}, {1, 100, 0}) == CacheShape{1, 100, 0});
  CHECK(Grow({3, 64, 0}, {4, 60, 0}, {9, 64, 0}) == CacheShape{6, 64, 0});
  // What others left behind is given up where it would break the bound.
  CHECK(Grow({8, 64, 0}, {1, 65, 0}, {1, 512, 0}) == CacheShape{1, 160, 0});
  CHECK(Grow({2, 1, 40}, {3, 2, 41}, {3, 9, 50}) == CacheShape{3, 9, 50});
  CHECK(Beside({1, 5, 9}, {4, 7, 2}) == CacheShape{5, 7, 9});
  CHECK(CacheShape{2, 3, 4}.cells() == 14);
}

}  // namespace clientele::inference
