#include "services/qa-service/answering_models.h"

#include <utility>

#include "common/inference/serving/models.h"
#include "services/qa-service/metrics.h"

namespace clientele::qa {

AnsweringModels::AnsweringModels(const Resources& resources, const TextEmbedder* embedder,
                                 const ServerOptions& options)
    : resources_(resources),
      options_(options.models),
      embedder_(embedder),
      clock_(resources.process->clock()),
      answer_writer_(resources.generator.get(), resources.generation.get(),
                     resources.process->clock(), {.max_new_tokens = options.generator_max_tokens}),
      grounded_writer_(&answer_writer_, embedder, clock_, {}),
      intents_(resources.intents.task.get()),
      intent_router_(&intents_, clock_, resources.intent_rules,
                     IntentStep(CountSkipped(resources.process->metrics()))),
      ranker_(resources.ranker.task.get()),
      reader_(resources.reader.task.get()),
      judge_(resources.ranker.task == nullptr ? nullptr : &ranker_,
             resources.reader.task == nullptr ? nullptr : &reader_, clock_,
             {.max_passages = options.judged_passages,
              .step = {.on_skipped = CountSkipped(resources.process->metrics())}}),
      used_{resources.generator == nullptr ? nullptr : &grounded_writer_, &judge_,
            resources.intents.task == nullptr ? nullptr : &intent_router_} {}

bool AnsweringModels::ComputeExactly() const {
  const auto of_rows = [&](const auto& handle) {
    if (handle == nullptr) return true;
    const auto model = handle->Current();
    return model == nullptr || inference::ComputesExactly(options_, model->loaded().manifest());
  };
  const auto generator =
      resources_.generator == nullptr ? nullptr : resources_.generator->Current();
  return of_rows(resources_.text.handle) && of_rows(resources_.intents.handle) &&
         of_rows(resources_.ranker.handle) && of_rows(resources_.reader.handle) &&
         (generator == nullptr ||
          inference::ComputesExactly(options_, generator->model()->manifest()));
}

std::unique_ptr<const Answerer> AnsweringModels::Trial(std::shared_ptr<const KnowledgeIndex> index,
                                                       std::optional<double> min_confidence) const {
  AnswererOptions options;
  options.min_confidence = min_confidence;
  return std::make_unique<const Answerer>(
      [index = std::move(index)] { return index; }, embedder_, nullptr, clock_, options,
      AnswerModels{.judge = used_.judge, .intents = used_.intents});
}

}  // namespace clientele::qa
