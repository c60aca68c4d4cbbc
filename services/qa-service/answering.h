#ifndef CLIENTELE_SERVICES_QA_SERVICE_ANSWERING_H_
#define CLIENTELE_SERVICES_QA_SERVICE_ANSWERING_H_

// What answers, put together: the answerer with its models, the dialogue around it, and what asks
// recorded questions again.
//
//   Answering answering(options, resources, &stores, &embedder, &refresher, min_confidence);
//   answering.dialogue.Ask(context, asked);

#include <functional>
#include <optional>

#include "services/qa-service/answering_models.h"
#include "services/qa-service/core/answering/answerer.h"
#include "services/qa-service/core/answering/question_recorder.h"
#include "services/qa-service/core/conversations/dialogue.h"
#include "services/qa-service/core/replays/answer_replays.h"
#include "services/qa-service/core/retrieval/index_refresher.h"
#include "services/qa-service/core/retrieval/text_embedder.h"
#include "services/qa-service/resources.h"
#include "services/qa-service/server.h"
#include "services/qa-service/stores.h"

namespace clientele::qa {

// Members are in the order of their dependencies. Thread-safe; neither copied nor moved, because
// they know each other.
struct Answering {
  // Everything is borrowed and outlives this. `min_confidence` is asked at each question.
  Answering(const ServerOptions& options, const Resources& resources, Stores* stores,
            const TextEmbedder* embedder, const IndexRefresher* refresher,
            std::function<std::optional<double>()> min_confidence);
  Answering(const Answering&) = delete;
  Answering& operator=(const Answering&) = delete;

  QuestionRecorder recorder;
  AnsweringModels models;
  Answerer answerer;
  Dialogue dialogue;
  Answerer replayer;  // keeps and counts nothing
  AnswerReplays replays;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_ANSWERING_H_
