#include "services/qa-service/answering_models.h"

#include "services/qa-service/metrics.h"

namespace clientele::qa {

AnsweringModels::AnsweringModels(const Resources& resources, const TextEmbedder* embedder,
                                 const ServerOptions& options)
    : answer_writer_(resources.generator.get(), resources.generation.get(),
                     resources.process->clock(), {.max_new_tokens = options.generator_max_tokens}),
      grounded_writer_(&answer_writer_, embedder, resources.process->clock(), {}),
      ranker_(resources.ranker.ranker.get()),
      reader_(resources.reader.reader.get()),
      judge_(resources.ranker.ranker == nullptr ? nullptr : &ranker_,
             resources.reader.reader == nullptr ? nullptr : &reader_, resources.process->clock(),
             {.max_passages = options.judged_passages,
              .on_skipped = CountSkipped(resources.process->metrics())}),
      used_{resources.generator == nullptr ? nullptr : &grounded_writer_, &judge_} {}

}  // namespace clientele::qa
