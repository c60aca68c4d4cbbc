// The fakes of qa-service's ports keep the contracts that PostgreSQL keeps.
#include <catch2/catch_test_macros.hpp>

#include "tests/contract/changefeed/change_sink_contract.h"
#include "tests/contract/qa/article_store_contract.h"
#include "tests/contract/qa/conversation_store_contract.h"
#include "tests/contract/qa/embedding_cache_contract.h"
#include "tests/contract/qa/fake_article_store.h"
#include "tests/contract/qa/fake_embedding_cache.h"
#include "tests/contract/qa/feedback_store_contract.h"
#include "tests/contract/qa/golden_question_store_contract.h"
#include "tests/contract/qa/handover_store_contract.h"
#include "tests/contract/qa/memory_conversation_store.h"
#include "tests/contract/qa/memory_feedback_store.h"
#include "tests/contract/qa/memory_golden_question_store.h"
#include "tests/contract/qa/memory_handover_store.h"
#include "tests/contract/qa/memory_question_log.h"
#include "tests/contract/qa/memory_recorded_answer_store.h"
#include "tests/contract/qa/memory_upgrade_store.h"
#include "tests/contract/qa/question_log_contract.h"
#include "tests/contract/qa/recorded_answer_store_contract.h"
#include "tests/contract/qa/upgrade_store_contract.h"

namespace clientele::qa::testing {
namespace {

TEST_CASE("the fake keeps the article store's contract") {
  FakeArticleStore store;
  CheckArticleStoreContract(store);
}

TEST_CASE("the fake keeps the embedding cache's contract") {
  FakeArticleStore store;
  FakeEmbeddingCache cache(&store);
  CheckEmbeddingCacheContract(store, cache);
}

TEST_CASE("the fake keeps the question log's contract") {
  MemoryQuestionLog log;
  const auto count = [&log](const std::string& customer) {
    int questions = 0;
    for (const AskedQuestion& question : log.questions()) {
      questions += question.customer_id == customer ? 1 : 0;
    }
    return questions;
  };
  CheckQuestionLogContract({log, log, log, count});
}

TEST_CASE("the fake keeps the hand-over store's contract") {
  MemoryHandoverStore store;
  CheckHandoverStoreContract({store, [&](const std::string& c) { store.Know(c); },
                              [&](const std::string& c) { store.Erase(c); }});
}

TEST_CASE("the fake keeps the conversation store's contract") {
  MemoryConversationStore store;
  CheckConversationStoreContract({store, [&](const std::string& c) { store.Know(c); },
                                  [&](const std::string& c) { store.Erase(c); }});
}

TEST_CASE("the fake keeps the recorded answer store's contract") {
  MemoryRecordedAnswerStore store;
  CheckRecordedAnswerStoreContract({store, [&](const std::string& c) { store.Know(c); },
                                    [&](const std::string& c) { store.Erase(c); }});
}

TEST_CASE("the fake keeps the feedback store's contract") {
  MemoryFeedbackStore store;
  CheckFeedbackStoreContract({store, [&](const std::string& c) { store.Know(c); },
                              [&](const std::string& c) { store.Erase(c); },
                              [&] { return store.all(); }});
}

TEST_CASE("the fake keeps the golden question store's contract") {
  MemoryGoldenQuestionStore store;
  CheckGoldenQuestionStoreContract(store);
}

TEST_CASE("the fake keeps the upgrade store's contract") {
  MemoryUpgradeStore store;
  CheckUpgradeStoreContract(store);
}

TEST_CASE("the fake keeps the contract of every sink") {
  MemoryQuestionLog log;
  changefeed::CheckChangeSinkContract(log);
}

}  // namespace
}  // namespace clientele::qa::testing
