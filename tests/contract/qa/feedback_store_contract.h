#ifndef CLIENTELE_TESTS_CONTRACT_QA_FEEDBACK_STORE_CONTRACT_H_
#define CLIENTELE_TESTS_CONTRACT_QA_FEEDBACK_STORE_CONTRACT_H_

// What every FeedbackStore does: run by the fake's test and by the one of PostgreSQL. Called from a
// TEST_CASE with an empty store.

#include <functional>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "services/qa-service/core/feedback/feedback.h"

namespace clientele::qa::testing {

struct FeedbackStoreUnderTest {
  FeedbackStore& store;
  // What the change feed tells.
  std::function<void(const std::string& customer)> know;
  std::function<void(const std::string& customer)> erase;
  // Everything that is kept, by customer and answer.
  std::function<std::vector<AnswerFeedback>()> all;
};

inline void CheckFeedbackStoreContract(const FeedbackStoreUnderTest& under_test) {
  const RequestContext context;
  const absl::Time now = absl::FromUnixSeconds(1'700'000'000);
  const auto record = [&](const std::string& customer, AnswerVerdict verdict,
                          const std::string& text, const std::string& request = "",
                          const std::string& body = "a") {
    MutationId id{"tester", "Method", request, body};
    id.body_hash.resize(32, '.');
    return under_test.store.Record(context, id, {"answer", verdict, customer, text, now});
  };
  under_test.know("ada");

  SECTION("what is said is kept, of nobody and of a known customer") {
    CHECK(*record("", AnswerVerdict::kHelpful, ""));
    CHECK(*record("ada", AnswerVerdict::kWrong, "不对 \"so\""));
    CHECK_FALSE(*record("nobody", AnswerVerdict::kUnsafe, "Hm"));
    const std::vector<AnswerFeedback> all = under_test.all();
    REQUIRE(all.size() == 2);
    CHECK(all[0].verdict == AnswerVerdict::kHelpful);
    CHECK(all[1].customer_id == "ada");
    CHECK(all[1].answer_id == "answer");
    CHECK(all[1].verdict == AnswerVerdict::kWrong);
    CHECK(all[1].text == "不对 \"so\"");
    CHECK(all[1].create_time == now);
  }

  SECTION("a customer's last word about an answer counts, and the same request once") {
    CHECK(*record("ada", AnswerVerdict::kWrong, "No", "r1"));
    CHECK(*record("ada", AnswerVerdict::kHelpful, "Yes"));
    CHECK(*record("ada", AnswerVerdict::kWrong, "No", "r1"));
    REQUIRE(under_test.all().size() == 1);
    CHECK(under_test.all()[0].text == "Yes");
    CHECK(GetReason(record("ada", AnswerVerdict::kWrong, "No", "r1", "b").status()) ==
          reason::kRequestIdReused);
  }

  SECTION("it goes with the customer") {
    CHECK(*record("ada", AnswerVerdict::kWrong, "No"));
    CHECK(*record("", AnswerVerdict::kWrong, "No"));
    under_test.erase("ada");
    REQUIRE(under_test.all().size() == 1);
    CHECK(under_test.all()[0].customer_id.empty());
    CHECK_FALSE(*record("ada", AnswerVerdict::kWrong, "No"));
  }
}

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_CONTRACT_QA_FEEDBACK_STORE_CONTRACT_H_
