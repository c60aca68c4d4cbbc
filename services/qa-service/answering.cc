#include "services/qa-service/answering.h"

#include "services/qa-service/core/answering/random_id.h"
#include "services/qa-service/metrics.h"

namespace clientele::qa {

Answering::Answering(const ServerOptions& options, const Resources& resources, Stores* stores,
                     const TextEmbedder* embedder, const IndexRefresher* refresher,
                     std::function<std::optional<double>()> min_confidence)
    : recorder(&stores->questions, resources.process->clock(), {}),
      models(resources, embedder, options),
      answerer([refresher] { return refresher->Snapshot(); }, embedder, &recorder,
               resources.process->clock(),
               {.current_min_confidence = min_confidence,
                .on_answer = CountAnswers(resources.process->metrics()),
                .new_id = RandomId},
               models.used()),
      dialogue(&answerer, &stores->conversations, &stores->handovers, resources.process->clock(),
               {.conversation_retention = options.conversation_retention,
                .recorded = &stores->recorded_answers,
                .recorded_share = options.recorded_share,
                .on_lost = CountLost(resources.process->metrics(), resources.process->log())}),
      replayer([refresher] { return refresher->Snapshot(); }, embedder, nullptr,
               resources.process->clock(), {.current_min_confidence = min_confidence},
               models.used()),
      replays(
          &stores->recorded_answers,
          [this](const RequestContext& context, const Question& question) {
            return replayer.Ask(context, question);
          },
          [this] { return models.ComputeExactly(); }) {}

}  // namespace clientele::qa
