#include "services/profile-service/core/profiles/text_vector_worker.h"

#include <string>
#include <utility>

#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

// Of the texts themselves, so that others may do better.
bool IsAboutTheTexts(const absl::Status& status) {
  return absl::IsInternal(status) || absl::IsInvalidArgument(status) ||
         absl::IsDeadlineExceeded(status);
}

}  // namespace

absl::StatusOr<bool> TextVectorWorker::RunOnce(const RequestContext& context) {
  const std::string model_id = embedder_->model_id();
  if (model_id.empty()) return false;
  const absl::Time now = clock_->Now();
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<PendingText> texts,
                             store_->Take(context, options_.batch, now, options_.lease));
  if (!texts.empty()) {
    CLIENTELE_RETURN_IF_ERROR(Embed(context, texts));
    return true;
  }
  return store_->ScanTexts(context, model_id, {.limit = options_.scan, .now = now});
}

absl::Status TextVectorWorker::Run(const RequestContext& context) {
  while (context.Check(clock_->Now()).ok()) {
    CLIENTELE_ASSIGN_OR_RETURN(const bool more, RunOnce(context));
    if (!more) break;
  }
  return absl::OkStatus();
}

absl::Status TextVectorWorker::Embed(const RequestContext& context,
                                     const std::vector<PendingText>& texts) {
  std::vector<std::string> inputs;
  for (const PendingText& text : texts) inputs.push_back(text.text);
  // Background work: where the batch scheduler knows classes, this call names its own.
  RequestContext call = context;
  call.deadline = clock_->Now() + options_.call_time;
  absl::StatusOr<TextVectors> vectors = embedder_->Embed(call, inputs);
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  if (IsAboutTheTexts(vectors.status())) {
    if (texts.size() == 1) return absl::OkStatus();
    for (const PendingText& text : texts) CLIENTELE_RETURN_IF_ERROR(Embed(context, {text}));
    return absl::OkStatus();
  }
  CLIENTELE_RETURN_IF_ERROR(vectors.status());
  std::vector<TextVector> rows;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    rows.push_back({texts[i].customer_id, texts[i].event_id, std::move(vectors->rows[i])});
  }
  return store_->Put(context, vectors->model_id, rows, clock_->Now());
}

}  // namespace clientele::profile
