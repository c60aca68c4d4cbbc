#include "services/qa-service/resources.h"

#include <algorithm>
#include <utility>

#include "common/rpc/profile_feed.h"
#include "common/status/status_macros.h"

namespace clientele::qa {
namespace {

absl::Status CheckOptions(const ServerOptions& options) {
  const absl::Duration shortest =
      std::min({options.question_retention, options.handover_retention,
                options.conversation_retention, options.handover_poll_interval});
  if (!(options.upgrade_margin >= 0 && options.upgrade_margin <= 1)) {
    return absl::InvalidArgumentError("--upgrade_margin must be 0 to 1");
  }
  if (shortest > absl::ZeroDuration()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "--question_retention, --handover_retention, --conversation_retention and "
      "--handover_poll_interval must be positive");
}

}  // namespace

absl::StatusOr<Resources> Resources::Open(const ServerOptions& options) {
  CLIENTELE_RETURN_IF_ERROR(CheckOptions(options));
  CLIENTELE_ASSIGN_OR_RETURN(auto process,
                             process::ServiceProcess::Create(options.host, options.database));
  CLIENTELE_ASSIGN_OR_RETURN(crypto::Cipher cipher,
                             crypto::Cipher::FromKeyFile(options.database.data_key_file));
  CLIENTELE_ASSIGN_OR_RETURN(auto feed, rpc::OpenProfileFeed(options.profile_feed));
  CLIENTELE_ASSIGN_OR_RETURN(inference::Compute compute,
                             inference::PrepareCompute(options.models, process->log()));
  CLIENTELE_ASSIGN_OR_RETURN(
      auto text,
      inference::OpenTextEncoder(options.models, compute, options.text_encoder,
                                 options.text_encoder_share, process->clock(), &process->log(),
                                 /*hold=*/true));
  Resources opened{std::move(process), std::move(cipher), std::move(feed), std::move(compute),
                   std::move(text),    nullptr,           nullptr};
  if (options.generator.empty()) return opened;
  CLIENTELE_ASSIGN_OR_RETURN(opened.generator, inference::OpenModel<AnswerGenerator>(
                                                   options.models, opened.compute,
                                                   options.generator, &opened.process->log()));
  CLIENTELE_ASSIGN_OR_RETURN(
      opened.generation,
      inference::TextGenerator::Create(
          {.clock = opened.process->clock(), .loop = {.max_rows = options.generator_rows}}));
  return opened;
}

}  // namespace clientele::qa
