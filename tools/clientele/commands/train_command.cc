#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"

#include "common/rpc/status_bridge.h"
#include "common/status/status_macros.h"
#include "tools/clientele/commands/commands.h"
#include "tools/clientele/import/progress.h"

namespace clientele::cli {
namespace {

constexpr absl::Duration kPollInterval = absl::Milliseconds(500);

// recommend-service follows profile-service's feed, so that events imported a moment
// ago may not be there yet. Their arrival shows in the items' statistics: waits until
// those have stood still for `settle`, but at most two minutes.
absl::Status WaitForFeed(SuiteClient& client, absl::Duration settle) {
  if (settle == absl::ZeroDuration()) return absl::OkStatus();
  recommend::v1::ListItemsRequest list;
  list.set_page_size(20);
  CLIENTELE_ASSIGN_OR_RETURN(const auto items, client.ListItems(list));
  const absl::Time start = absl::Now();
  absl::Time changed = start;
  int64_t before = -1;
  while (absl::Now() - changed < settle && absl::Now() - start < absl::Minutes(2)) {
    int64_t sum = 0;
    for (const auto& item : items.items()) {
      recommend::v1::GetItemStatisticsRequest request;
      request.set_name(absl::StrCat(item.name(), "/statistics"));
      CLIENTELE_ASSIGN_OR_RETURN(const auto statistics, client.GetItemStatistics(request));
      sum += statistics.purchase_count() + statistics.view_count() + statistics.return_count();
    }
    if (sum != before) changed = absl::Now();
    before = sum;
    absl::SleepFor(kPollInterval / 2);
  }
  return absl::OkStatus();
}

void ShowProgress(const google::longrunning::Operation& operation) {
  recommend::v1::TrainModelMetadata metadata;
  if (!isatty(STDERR_FILENO) || !operation.metadata().UnpackTo(&metadata)) return;
  std::cerr << "\r\x1b[Ktraining: step " << metadata.completed_steps() << " of "
            << metadata.total_steps() << std::flush;
}

// A replica loads a new model some seconds after it was written. Waits until one serves `model`
// ("factorization/17"); false when that takes too long, FAILED_PRECONDITION when it is rejected.
absl::StatusOr<bool> WaitUntilServing(SuiteClient& client, const std::string& model,
                                      absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  while (true) {
    CLIENTELE_ASSIGN_OR_RETURN(const auto versions, client.ListModels("recommend"));
    for (const model::v1::ModelVersion& version : versions) {
      if (absl::StrCat(version.model(), "/", version.version()) != model) continue;
      if (version.state() == model::v1::ModelVersion::STATE_SERVING) return true;
      if (version.state() == model::v1::ModelVersion::STATE_REJECTED) {
        return absl::FailedPreconditionError(
            absl::StrCat(model, " was rejected: ", version.reject_reason()));
      }
    }
    if (absl::Now() >= deadline) return false;
    absl::SleepFor(kPollInterval);
  }
}

absl::Status Train(SuiteClient& client, const recommend::v1::TrainModelRequest& request,
                   absl::Duration timeout, absl::Duration serving_timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  CLIENTELE_ASSIGN_OR_RETURN(google::longrunning::Operation operation, client.TrainModel(request));
  while (!operation.done()) {
    if (absl::Now() > deadline) {
      return absl::DeadlineExceededError(
          absl::StrCat(operation.name(), " still runs: ask for it with GetOperation"));
    }
    ShowProgress(operation);
    absl::SleepFor(kPollInterval);
    google::longrunning::GetOperationRequest get;
    get.set_name(operation.name());
    CLIENTELE_ASSIGN_OR_RETURN(operation, client.GetOperation(get));
  }
  if (isatty(STDERR_FILENO)) std::cerr << "\r\x1b[K" << std::flush;
  if (operation.has_error()) return rpc::FromProto(operation.error());
  recommend::v1::TrainModelResponse response;
  if (!operation.response().UnpackTo(&response)) {
    return absl::DataLossError(absl::StrCat(operation.name(), " ended without a result"));
  }
  std::cout << absl::StrFormat("trained %s on %s interactions", response.model(),
                               WithCommas(response.interaction_count()));
  if (const auto rmse = response.metrics().find("rmse"); rmse != response.metrics().end()) {
    std::cout << absl::StrFormat(", RMSE %.4f on those held out", rmse->second);
  }
  std::cout << std::endl;
  bool is_published = true;
  for (const recommend::v1::Publication& one : response.publications()) {
    std::cout << one.model() << " " << one.reason() << std::endl;
    // The last one is the model that the response names.
    is_published = one.outcome() != recommend::v1::Publication::OUTCOME_KEPT_ASIDE;
  }
  if (!is_published) return absl::OkStatus();
  CLIENTELE_ASSIGN_OR_RETURN(const bool serving,
                             WaitUntilServing(client, response.model(), serving_timeout));
  std::cout << response.model() << (serving ? " serves\n" : " was not seen serving yet\n");
  return absl::OkStatus();
}

struct TrainFlags {
  int factors = 0;
  int epochs = 0;
  int64_t seed = 0;
  bool hybrid = false;
  bool sequence = false;
  bool publish_anyway = false;
  int held_out_days = 0;
  double settle_seconds = 2;
  double timeout_seconds = 1800;
  double serving_seconds = 90;
};

// What is trained.
recommend::v1::TrainModelRequest RequestOf(const TrainFlags& flags) {
  recommend::v1::TrainModelRequest request;
  if (flags.sequence) {
    recommend::v1::Sequence& sequence =
        flags.hybrid ? *request.mutable_hybrid()->mutable_sequence() : *request.mutable_sequence();
    sequence.set_epochs(flags.epochs);
    if (!flags.hybrid) {
      sequence.set_held_out_days(flags.held_out_days);
      return request;
    }
  }
  recommend::v1::Factorization& factorization =
      flags.hybrid ? *request.mutable_hybrid()->mutable_factorization()
                   : *request.mutable_factorization();
  factorization.set_factors(flags.factors);
  factorization.set_epochs(flags.epochs);
  if (flags.hybrid) {
    request.mutable_hybrid()->set_held_out_days(flags.held_out_days);
  } else {
    factorization.set_held_out_days(flags.held_out_days);
  }
  return request;
}

}  // namespace

void AddTrainCommand(CLI::App& app, std::vector<Command>& commands) {
  auto flags = std::make_shared<TrainFlags>();
  CLI::App* command = app.add_subcommand("train", "Train new models and wait for them");
  command->add_option("--factors", flags->factors, "Dimensions; 0: the service decides")
      ->check(CLI::Range(0, 256));
  command->add_option("--epochs", flags->epochs, "Passes over the data; 0: the service decides")
      ->check(CLI::Range(0, 500));
  command->add_flag("--hybrid", flags->hybrid,
                    "Then train the ranker of the hybrid, which orders candidates of all sources");
  command->add_flag("--sequence", flags->sequence,
                    "Train what comes next in the order of customers' items instead, or with "
                    "--hybrid beside it");
  command
      ->add_option("--held_out_days", flags->held_out_days,
                   "The newest days, by which the models are compared with those that serve, and "
                   "of which the "
                   "ranker learns; 0: the service decides")
      ->check(CLI::Range(0, 365));
  command->add_flag("--publish_anyway", flags->publish_anyway,
                    "Publish also what is worse than the version that serves");
  command->add_option("--seed", flags->seed, "Of the random start");
  command
      ->add_option("--settle", flags->settle_seconds,
                   "First wait until item statistics have not changed for this many seconds")
      ->check(CLI::Range(0.0, 600.0))
      ->capture_default_str();
  command->add_option("--timeout", flags->timeout_seconds, "Give up after so many seconds")
      ->check(CLI::Range(1.0, 86400.0))
      ->capture_default_str();
  command
      ->add_option("--serving_timeout", flags->serving_seconds,
                   "Then wait at most so many seconds until the new model serves")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
  commands.push_back({command, [flags](const SuiteClientOptions& options) -> absl::Status {
                        SuiteClient client(options);
                        CLIENTELE_RETURN_IF_ERROR(
                            WaitForFeed(client, absl::Seconds(flags->settle_seconds)));
                        recommend::v1::TrainModelRequest request = RequestOf(*flags);
                        request.set_publish_anyway(flags->publish_anyway);
                        request.set_seed(flags->seed);
                        // A repeated call after a lost answer must not train twice.
                        request.set_request_id(NewRequestId("train"));
                        return Train(client, request, absl::Seconds(flags->timeout_seconds),
                                     absl::Seconds(flags->serving_seconds));
                      }});
}

}  // namespace clientele::cli
