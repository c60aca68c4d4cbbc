#ifndef CLIENTELE_SERVICES_QA_SERVICE_MODEL_GENERATOR_WRITER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_MODEL_GENERATOR_WRITER_H_

#include <cstdint>

#include "common/inference/generation/text_generator.h"
#include "common/inference/versions/model_handle.h"
#include "common/time/clock.h"
#include "services/qa-service/core/answering/answer_writer.h"
#include "services/qa-service/model/answer_generator.h"

namespace clientele::qa {

struct GeneratorWriterOptions {
  std::int64_t max_new_tokens = 160;
};

// Answers through the TEXT_GENERATOR that serves now, greedily: the same task and version give the
// same answer. Thread-safe.
class GeneratorWriter final : public AnswerWriter {
 public:
  // All are borrowed and outlive the writer.
  GeneratorWriter(const inference::ModelHandle<AnswerGenerator>* handle,
                  inference::TextGenerator* generator, const Clock* clock,
                  GeneratorWriterOptions options)
      : handle_(handle), generator_(generator), clock_(clock), options_(options) {}

  std::string model_id() const override;
  absl::Status Write(const RequestContext& context, const WritingTask& task, std::string& model_id,
                     const std::function<void(absl::string_view)>& on_text) const override;

 private:
  const inference::ModelHandle<AnswerGenerator>* const handle_;
  inference::TextGenerator* const generator_;
  const Clock* const clock_;
  const GeneratorWriterOptions options_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_MODEL_GENERATOR_WRITER_H_
