#include "services/qa-service/core/answering/wish.h"

#include <catch2/catch_test_macros.hpp>

#include "services/qa-service/core/answering/answer_type.h"

namespace clientele::qa {
namespace {

TEST_CASE("whoever wants a person is understood") {
  for (const char* const message :
       {"talk to a human", "can I talk to an agent please", "I want to speak with a representative",
        "Let me speak to someone", "human", "Agent please", "operator", "I need a human now!",
        "connect me with a live agent", "transfer me to a real person",
        "How do I talk to a person?", "转人工", "請轉人工", "我要人工客服", "我想找真人", "人工",
        "麻烦转接客服"}) {
    INFO(message);
    CHECK(WishOf(message) == Wish::kPerson);
  }
}

TEST_CASE("a question that names a person is a question") {
  for (const char* const message :
       {"How do I return an item?", "How do I become an agent of your insurance?",
        "Does an agent check my claim before it is paid?", "I need a person added to my account",
        "What do you do with human hair?", "How do I contact customer service?",
        "Who is the president of France?", "人工智能是什么", "怎么退货", "", "???"}) {
    INFO(message);
    CHECK(WishOf(message) == Wish::kAnswer);
  }
}

TEST_CASE("a question for the company's number or address wants one in the answer") {
  CHECK(AnswerTypeOf("what is your phone number") == AnswerType::kPhoneNumber);
  CHECK(AnswerTypeOf("What's your e-mail address?") == AnswerType::kEmailAddress);
  CHECK(AnswerTypeOf("你们的客服电话是多少？") == AnswerType::kPhoneNumber);
  CHECK(AnswerTypeOf("How do I change my phone number?") == AnswerType::kAny);
  CHECK(AnswerTypeOf("What is your return policy?") == AnswerType::kAny);
  CHECK(Holds("Call us at +1 (555) 010-9999.", AnswerType::kPhoneNumber));
  CHECK_FALSE(
      Holds("You can change your number in 2 steps, within 30 days.", AnswerType::kPhoneNumber));
  CHECK(Holds("Write to help@shop.example.", AnswerType::kEmailAddress));
  CHECK_FALSE(Holds("Meet us @ the shop.", AnswerType::kEmailAddress));
  CHECK(Holds("", AnswerType::kAny));
}

}  // namespace
}  // namespace clientele::qa
