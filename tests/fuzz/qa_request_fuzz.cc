// Requests to qa-service, from the wire to its handlers and back, over a store in memory.
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "clientele/qa/v1/qa_service.pb.h"

#include "services/qa-service/rpc/qa_conversion.h"
#include "services/qa-service/rpc/qa_rpc.h"
#include "tests/contract/qa/fake_article_store.h"
#include "tests/contract/qa/fake_embedding_cache.h"
#include "tests/contract/qa/memory_conversation_store.h"
#include "tests/contract/qa/memory_feedback_store.h"
#include "tests/contract/qa/memory_golden_question_store.h"
#include "tests/contract/qa/memory_handover_store.h"
#include "tests/contract/qa/memory_question_log.h"
#include "tests/contract/qa/memory_recorded_answer_store.h"
#include "tests/contract/qa/memory_upgrade_store.h"
#include "tests/fuzz/script_runner.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/qa/fake_encoder_versions.h"
#include "tests/unit/qa/index_fixture.h"

namespace clientele::qa {
namespace {

std::shared_ptr<const KnowledgeIndex> MakeIndex() {
  IndexBuilder builder("fake/1");
  for (const Article& article :
       {testing::MakeArticle("returns", "Returns and refunds",
                             "You can return any item within thirty days. Postage is free.", "en",
                             {"How do I send something back?"}),
        testing::MakeArticle("tuihuo", "退货说明",
                             "商品签收后七天内可以申请退货。退货运费由会员免费。", "zh")}) {
    const PreparedArticle prepared = testing::Prepare(article);
    builder.Put({&prepared, 1});
  }
  return builder.Snapshot();
}

struct Service {
  Service(rpc::Dispatcher* dispatcher, const Clock* clock,
          std::shared_ptr<const KnowledgeIndex> index)
      : articles(&store, clock, {}),
        answerer([index] { return index; }, &embedder, nullptr, clock,
                 {.new_id = [] { return std::string("answer"); }}),
        dialogue(&answerer, &conversations, &handover_store, clock,
                 {.recorded = &recorded_answers,
                  .new_id = [this] { return absl::StrCat("id", ++ids); }}),
        handovers(&handover_store, clock),
        // A stream that waits for news would never end.
        handover_feed(&handover_store, clock,
                      {.wait = [](const RequestContext&,
                                  absl::Duration) { return absl::CancelledError("no news"); }}),
        feedbacks(&feedback_store, clock, {}),
        gaps(&log),
        golden_questions(&golden_store, clock),
        refresher(&store, &cache, &embedder, clock, {}),
        upgrades(&upgrade_store, &golden_store, &versions, &refresher, {}, clock, {}),
        replays(
            &recorded_answers,
            [this](const RequestContext& context, const Question& question) {
              return answerer.Ask(context, question);
            },
            [] { return true; }),
        rpc(dispatcher, {&articles, &answerer, &dialogue, &handovers, &handover_feed, &feedbacks,
                         &gaps, &golden_questions, &upgrades, &replays}) {
    for (const char* text :
         {"Do you sell umbrellas?", "An umbrella for Mr Smith, order 4711 0815"}) {
      AskedQuestion question;
      question.customer_id = "42";
      question.text = text;
      (void)log.Record({}, question);
    }
  }

  testing::FakeArticleStore store;
  testing::FakeEmbedder embedder;
  testing::MemoryConversationStore conversations{{"42"}};
  testing::MemoryHandoverStore handover_store{{"42"}};
  testing::MemoryRecordedAnswerStore recorded_answers{{"42"}};
  std::atomic<int> ids = 0;
  Articles articles;
  Answerer answerer;
  Dialogue dialogue;
  Handovers handovers;
  HandoverFeed handover_feed;
  testing::MemoryFeedbackStore feedback_store{{"42"}};
  testing::MemoryQuestionLog log{{"42"}};
  Feedbacks feedbacks;
  KnowledgeGaps gaps;
  testing::MemoryGoldenQuestionStore golden_store;
  GoldenQuestions golden_questions;
  testing::FakeEmbeddingCache cache{&store};
  IndexRefresher refresher;
  testing::FakeEncoderVersions versions{&embedder};
  testing::MemoryUpgradeStore upgrade_store;
  Upgrades upgrades;
  AnswerReplays replays;
  QaRpc rpc;
};

void CheckPart(const google::protobuf::Message& part) {
  if (const auto* article = dynamic_cast<const v1::Article*>(&part)) {
    // What the service tells of an article, it also takes.
    v1::Article again = ToProto(FromProto(*article));
    *again.mutable_create_time() = article->create_time();
    *again.mutable_update_time() = article->update_time();
    again.set_etag(article->etag());
    fuzz::Require(fuzz::BytesOf(again) == fuzz::BytesOf(part), "an article converts back");
  } else if (const auto* answer = dynamic_cast<const v1::AskResponse*>(&part)) {
    fuzz::Require(answer->confidence() >= 0 && answer->confidence() <= 1,
                  "a confidence lies in 0 to 1");
    fuzz::Require(answer->citations_size() <= 20, "citations are bounded");
    fuzz::Require(answer->handover().empty() || answer->state() == v1::ANSWER_STATE_HANDED_OVER,
                  "only a wish for a person is handed over");
    fuzz::Require(answer->answer().empty() == (answer->state() == v1::ANSWER_STATE_ABSTAINED),
                  "who abstains says nothing");
  } else if (const auto* replayed = dynamic_cast<const v1::ReplayAnswerResponse*>(&part)) {
    fuzz::Require(replayed->same(), "the same articles and models give the same answer");
  }
}

fuzz::ScriptRunner<QaRpc> MakeRunner() {
  fuzz::ScriptRunner<QaRpc> runner;
  runner.Add("CreateArticle", &QaRpc::CreateArticle)
      .Add("BatchCreateArticles", &QaRpc::BatchCreateArticles)
      .Add("GetArticle", &QaRpc::GetArticle)
      .Add("ListArticles", &QaRpc::ListArticles)
      .Add("UpdateArticle", &QaRpc::UpdateArticle)
      .Add("DeleteArticle", &QaRpc::DeleteArticle)
      .Add("SearchArticles", &QaRpc::SearchArticles)
      .Add("Ask", &QaRpc::Ask)
      .Add("StreamAsk", &QaRpc::StreamAsk)
      .Add("ReplayAnswer", &QaRpc::ReplayAnswer)
      .Add("GetHandover", &QaRpc::GetHandover)
      .Add("ListHandovers", &QaRpc::ListHandovers)
      .Add("StreamHandovers", &QaRpc::StreamHandovers)
      .Add("UpdateHandover", &QaRpc::UpdateHandover)
      .Add("CloseHandover", &QaRpc::CloseHandover)
      .Add("GetComplaintReport", &QaRpc::GetComplaintReport)
      .Add("RecordAnswerFeedback", &QaRpc::RecordAnswerFeedback)
      .Add("ListKnowledgeGaps", &QaRpc::ListKnowledgeGaps)
      .Add("CreateGoldenQuestion", &QaRpc::CreateGoldenQuestion)
      .Add("BatchCreateGoldenQuestions", &QaRpc::BatchCreateGoldenQuestions)
      .Add("ListGoldenQuestions", &QaRpc::ListGoldenQuestions)
      .Add("DeleteGoldenQuestion", &QaRpc::DeleteGoldenQuestion)
      .Add("GetUpgradeReport", &QaRpc::GetUpgradeReport);
  return runner;
}

}  // namespace
}  // namespace clientele::qa

const clientele::fuzz::CallScript& clientele::fuzz::TargetScript() {
  static const CallScript script(
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
          qa::v1::QaService::service_full_name()));
  return script;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clientele;
  static const testing::FakeClock clock;
  static auto& worker = *new fuzz::OneWorker(qa::v1::QaService::service_full_name(), &clock);
  static const auto runner = qa::MakeRunner();
  static const auto index = qa::MakeIndex();
  const auto script = fuzz::TargetScript().Parse({reinterpret_cast<const char*>(data), size});
  qa::Service service(worker.dispatcher(), &clock, index);
  runner.Run(*script, worker, service.rpc, qa::CheckPart);
  return 0;
}
