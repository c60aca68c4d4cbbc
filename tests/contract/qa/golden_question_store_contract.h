#ifndef CLIENTELE_TESTS_CONTRACT_QA_GOLDEN_QUESTION_STORE_CONTRACT_H_
#define CLIENTELE_TESTS_CONTRACT_QA_GOLDEN_QUESTION_STORE_CONTRACT_H_

// What every GoldenQuestionStore does: run by the fake's test and by the one of PostgreSQL. Called
// from a TEST_CASE with an empty store.

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "services/qa-service/core/golden_questions/golden_question_store.h"

namespace clientele::qa::testing {

inline void CheckGoldenQuestionStoreContract(GoldenQuestionStore& store) {
  const RequestContext context;
  const absl::Time now = absl::FromUnixSeconds(1'700'000'000);
  const auto mutation = [](const std::string& request, const std::string& body = "a") {
    MutationId id{"tester", "Method", request, body};
    id.body_hash.resize(32, '.');
    return id;
  };
  const auto golden = [&](const std::string& id, const std::string& text,
                          const std::string& article = "returns") {
    return GoldenQuestion{id, text, "en", article, "Thirty days, \"friend\".", now};
  };
  const auto revision = [&] { return store.Revision(context).value(); };

  SECTION("one is made, listed and deleted, and each change raises the revision") {
    const std::int64_t before = revision();
    const auto made = store.Create(context, mutation("r1"), golden("g1", "多久？"));
    REQUIRE(made.ok());
    CHECK(HasSameValues(*made, golden("g1", "多久？")));
    CHECK(made->create_time == now);
    CHECK(revision() > before);
    CHECK(absl::IsAlreadyExists(
        store.Create(context, mutation(""), golden("g1", "Other?")).status()));

    const auto all = store.LoadAll(context);
    REQUIRE(all.ok());
    REQUIRE(all->questions.size() == 1);
    CHECK(HasSameValues(all->questions[0], golden("g1", "多久？")));
    CHECK(all->questions[0].create_time == now);
    CHECK(all->revision == revision());

    const std::int64_t with_one = revision();
    REQUIRE(store.Delete(context, mutation(""), "g1").ok());
    CHECK(revision() > with_one);
    CHECK(absl::IsNotFound(store.Delete(context, mutation(""), "g1")));
    CHECK(store.LoadAll(context)->questions.empty());
  }

  SECTION("the same request has one effect and the same result") {
    REQUIRE(store.Create(context, mutation("r1"), golden("g1", "How long?")).ok());
    GoldenQuestion later = golden("g1", "How long?");
    later.create_time = now + absl::Hours(1);
    const auto again = store.Create(context, mutation("r1"), later);
    REQUIRE(again.ok());
    CHECK(again->create_time == now);
    CHECK(GetReason(store.Create(context, mutation("r1", "b"), later).status()) ==
          reason::kRequestIdReused);
    CHECK(store.Delete(context, mutation("r2"), "g1").ok());
    CHECK(store.Delete(context, mutation("r2"), "g1").ok());
  }

  SECTION("a batch makes the missing ones, and changes others only where it is told to") {
    const std::vector<GoldenQuestion> first = {golden("b", "B?"), golden("a", "A?")};
    auto batch = store.CreateMissing(context, mutation("r1"), first, false);
    REQUIRE(batch.ok());
    CHECK(batch->created_count == 2);
    const std::int64_t stored = revision();

    const std::vector<GoldenQuestion> second = {golden("c", "C?"), golden("b", "B?"),
                                                golden("a", "A?", "shipping")};
    batch = store.CreateMissing(context, mutation("r2"), {&second[1], 2}, false);
    REQUIRE(batch.ok());
    CHECK(batch->created_count == 0);
    CHECK(batch->existing_count == 1);
    CHECK(batch->differing_ids == std::vector<std::string>{"a"});
    CHECK(revision() == stored);
    // Sent again, it tells the same.
    CHECK(store.CreateMissing(context, mutation("r2"), {&second[1], 2}, false)->differing_ids ==
          std::vector<std::string>{"a"});

    batch = store.CreateMissing(context, mutation("r3"), second, true);
    REQUIRE(batch.ok());
    CHECK(batch->created_count == 1);
    CHECK(batch->existing_count == 1);
    CHECK(batch->replaced_count == 1);
    CHECK(batch->differing_ids.empty());
    CHECK(revision() > stored);
    const auto all = store.LoadAll(context);
    REQUIRE(all->questions.size() == 3);
    CHECK(all->questions[0].id == "a");
    CHECK(all->questions[0].expected_article == "shipping");
  }

  SECTION("pages go on behind an id") {
    const std::vector<GoldenQuestion> three = {golden("a", "A?"), golden("b", "B?"),
                                               golden("c", "C?")};
    REQUIRE(store.CreateMissing(context, mutation(""), three, false).ok());
    const auto first = store.List(context, "", 2);
    REQUIRE(first->questions.size() == 2);
    CHECK(first->questions[1].id == "b");
    CHECK(first->more);
    const auto last = store.List(context, "b", 2);
    REQUIRE(last->questions.size() == 1);
    CHECK(last->questions[0].id == "c");
    CHECK_FALSE(last->more);
  }

  SECTION("there are at most so many, and a batch that does not fit leaves nothing") {
    std::vector<GoldenQuestion> many;
    for (std::int64_t i = 0; i < kMaxGoldenQuestions; ++i) {
      many.push_back(golden(absl::StrCat("g", i), "?"));
    }
    REQUIRE(store.CreateMissing(context, mutation(""), many, false).ok());
    const auto full = store.Create(context, mutation("r1"), golden("h", "?"));
    CHECK(absl::IsFailedPrecondition(full.status()));
    CHECK(GetReason(full.status()) == kGoldenQuestionsFull);
    REQUIRE(store.Delete(context, mutation(""), "g0").ok());
    const std::vector<GoldenQuestion> two = {golden("h", "?"), golden("i", "?")};
    CHECK(GetReason(store.CreateMissing(context, mutation(""), two, false).status()) ==
          kGoldenQuestionsFull);
    CHECK(store.LoadAll(context)->questions.size() == many.size() - 1);
    CHECK(store.Create(context, mutation("r1"), golden("h", "?")).ok());
  }
}

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_CONTRACT_QA_GOLDEN_QUESTION_STORE_CONTRACT_H_
