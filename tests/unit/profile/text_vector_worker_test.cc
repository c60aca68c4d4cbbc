#include "services/profile-service/core/profiles/text_vector_worker.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "tests/contract/profile/memory_stores.h"
#include "tests/contract/profile/samples.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/profile/fake_embedder.h"

namespace clientele::profile::testing {
namespace {

struct TextWorkerFixture {
  clientele::testing::FakeClock clock;
  MemoryStores stores{&clock};
  FakeEmbedder embedder;
  TextVectorWorker worker{&stores, &embedder, &clock, {.batch = 2, .scan = 3}};
  RequestContext context;

  TextWorkerFixture() { REQUIRE(stores.Create(context, Mutation(), MakeCustomer("42")).ok()); }
  void Insert(const std::vector<std::string>& texts) {
    std::vector<Event> events;
    for (const std::string& text : texts) {
      events.push_back(MakeEvent("42", absl::StrCat("e", ++inserted), EventType::kMessage));
      events.back().text = text;
    }
    REQUIRE(stores.Insert(context, Mutation(), MakeBatch(std::move(events))).ok());
  }
  KnownTexts Texts(const std::string& model = "text/1") {
    const auto read = stores.Read(context, "42", clock.Now(), {}, {model, 100});
    REQUIRE(read.ok());
    return read->texts;
  }

  int inserted = 0;
};

TEST_CASE("waiting texts are embedded some at a time, until none is left") {
  TextWorkerFixture f;
  f.Insert({"x", "y", "x"});
  CHECK(*f.worker.RunOnce(f.context));
  CHECK(f.embedder.seen == std::vector<std::string>{"x", "y"});
  CHECK(f.Texts().pending == 1);
  REQUIRE(f.worker.Run(f.context).ok());
  CHECK(f.Texts().pending == 0);
  CHECK(f.embedder.calls == 2);
  CHECK_FALSE(*f.worker.RunOnce(f.context));
}

TEST_CASE("without a model nothing is taken, and texts wait") {
  TextWorkerFixture f;
  f.embedder.id = "";
  f.Insert({"x"});
  CHECK_FALSE(*f.worker.RunOnce(f.context));
  f.embedder.id = "text/1";
  REQUIRE(f.worker.Run(f.context).ok());
  CHECK(f.Texts().pending == 0);
}

TEST_CASE("a text that the model fails on waits aside and holds up no other") {
  TextWorkerFixture f;
  f.Insert({"poison", "x", "y"});
  REQUIRE(f.worker.Run(f.context).ok());
  CHECK(f.Texts().pending == 1);
  const int calls = f.embedder.calls;
  REQUIRE(f.worker.Run(f.context).ok());
  CHECK(f.embedder.calls == calls);
  f.clock.Advance(absl::Minutes(6));
  f.embedder.poison = "";
  REQUIRE(f.worker.Run(f.context).ok());
  CHECK(f.Texts().pending == 0);
}

TEST_CASE(
    "texts that take a model too long together are tried one by one, each with its own time") {
  TextWorkerFixture f;
  f.context.deadline = f.clock.Now() + absl::Hours(1);
  f.embedder.slow_from = 2;  // texts
  f.Insert({"x", "y", "x"});
  REQUIRE(f.worker.Run(f.context).ok());
  CHECK(f.Texts().pending == 0);
  CHECK(f.embedder.deadline < f.context.deadline);
}

TEST_CASE("what another version of the model lacks is embedded again, the old vectors serve on") {
  TextWorkerFixture f;
  f.Insert({"x", "y", "x", "y", "x"});
  REQUIRE(f.worker.Run(f.context).ok());
  f.embedder.id = "text/2";
  REQUIRE(f.worker.Run(f.context).ok());
  CHECK(f.Texts("text/2").pending == 0);
  CHECK(f.Texts("text/1").pending == 0);
  CHECK(f.embedder.seen.size() == 10);
}

TEST_CASE("an absent model or store is reported, and the texts are tried again") {
  TextWorkerFixture f;
  f.Insert({"x"});
  f.embedder.failure = absl::UnavailableError("away");
  CHECK(absl::IsUnavailable(f.worker.Run(f.context)));
  f.embedder.failure = absl::OkStatus();
  f.clock.Advance(absl::Minutes(6));
  REQUIRE(f.worker.Run(f.context).ok());
  CHECK(f.Texts().pending == 0);
}

TEST_CASE("a worker stops with its context") {
  TextWorkerFixture f;
  f.Insert({"x"});
  CancellationSource source;
  source.Cancel();
  f.context.cancellation = source.token();
  REQUIRE(f.worker.Run(f.context).ok());
  CHECK(f.embedder.calls == 0);
}

}  // namespace
}  // namespace clientele::profile::testing
