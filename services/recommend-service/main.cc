#include <cstdint>
#include <iostream>
#include <optional>
#include <string>

#include "common/database/database_flags.h"
#include "common/flags/flags.h"
#include "common/inference/compute/program_setup.h"
#include "common/inference/serving/model_flags.h"
#include "common/rpc/profile_feed.h"
#include "common/rpc/server_flags.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/maintenance.h"
#include "services/recommend-service/server.h"

int main(int argc, char** argv) {
  clientele::inference::SetUpProgram();
  using clientele::flags::AddFlag;
  clientele::recommend::ServerOptions options;
  options.host.service_name = "recommend-service";
  options.host.port = 50053;
  bool migrate_and_exit = false;
  bool reencrypt_and_exit = false;
  bool train_and_exit = false;
  bool train_hybrid = false;
  bool train_sequence = false;
  int factors = 0;
  int epochs = 0;
  std::int64_t seed = 0;
  bool publish_anyway = false;
  int held_out_days = clientele::recommend::kDefaultHeldOutDays;

  CLI::App app("Items and who might like them", "recommend-service");
  clientele::rpc::AddServerFlags(app, options.host);
  clientele::database::AddDatabaseFlags(app, options.database);
  clientele::inference::AddModelFlags(app, options.models);
  clientele::rpc::AddProfileFeedFlags(app, options.profile_feed);
  AddFlag(app, "signing_key_file", options.signing_key_file,
          "Key that signs trained bundles; empty: this service does not train");
  AddFlag(app, "catalog_refresh_interval", options.catalog_refresh_interval,
          "How soon items that other replicas changed are seen");
  AddFlag(app, "purposes_needing_consent", options.purposes_needing_consent,
          "What customers' data is used for only when they granted it, separated by commas: of "
          "profiling, image-analysis, recommendation, marketing, answer-personalization");
  AddFlag(app, "request_retention", options.retention.requests,
          "How long a request_id is remembered; 0: for ever");
  AddFlag(app, "operation_retention", options.retention.operations,
          "How long a finished operation can be asked for; 0: for ever");
  AddFlag(app, "tombstone_retention", options.retention.tombstones,
          "How long a deleted item is remembered; 0: for ever. A replica that was away for longer "
          "reads the whole catalog again");
  AddFlag(
      app, "feedback_retention", options.retention.feedback,
      "How long reactions to recommendations are kept; 0: for ever. Reports of experiments count "
      "what is kept");
  AddFlag(app, "recorded_share", options.recorded_share,
          "Of the recommendations that nobody asks to record, the share that is recorded all the "
          "same, so that ReplayPrediction computes its scores again")
      ->check(CLI::Range(0.0, 1.0));
  AddFlag(app, "prediction_retention", options.retention.predictions,
          "How long recorded recommendations are kept; 0: for ever");
  AddFlag(app, "keep_model_versions", options.retention.model_versions,
          "How many versions of the factorization a training leaves in the model folder, at least "
          "2, beside those that labels.json names; 0: all");
  AddFlag(app, "dismissal_lifetime", options.dismissals.lifetime,
          "How long a dismissed item is not recommended to the customer; 0: for ever");
  AddFlag(app, "dismissal_weight", options.dismissals.weight,
          "What a dismissal takes off the customer's preference for the item, on the scale where "
          "one purchase is 1; 0: it only keeps the item out")
      ->check(CLI::Range(0.0, 5.0));
  AddFlag(app, "repeat_purchases", options.repeat_purchases,
          "After how long what was bought is recommended again, such as coffee=14d,food=7d: the "
          "categories with all that is within them; empty: never");
  AddFlag(app, "candidates_per_source", options.hybrid.per_source,
          "How many items each source brings to the hybrid")
      ->check(CLI::Range(10, 1000));
  AddFlag(app, "diversity_lambda", options.hybrid.diversity_lambda,
          "Of the hybrid: how much the score counts when the next item is chosen, the rest being "
          "unlikeness to those before it; 1: the score alone")
      ->check(CLI::Range(0.0, 1.0));
  AddFlag(app, "drift_interval", options.drift.interval,
          "Over how long what the models are given is compared with what they were trained on, in "
          "metrics; 0: it is not");
  AddFlag(app, "training_lease", options.training_lease,
          "After this long another replica resumes the training of one that died");
  AddFlag(app, "migrate_and_exit", migrate_and_exit, "Bring the schema to this version and exit");
  AddFlag(app, "reencrypt_and_exit", reencrypt_and_exit,
          "Encrypt again what is stored under older keys of the data key file and exit");
  AddFlag(
      app, "train_every", options.train_every,
      "Train so long after the last training began, whoever asked for that; one at a time among "
      "all replicas; 0: only when asked");
  AddFlag(app, "train_and_exit", train_and_exit, "Train once, print what was made and exit");
  AddFlag(app, "train_hybrid", train_hybrid,
          "Of --train_and_exit and --train_every: train the hybrid's ranker beside the "
          "factorization");
  AddFlag(app, "train_sequence", train_sequence,
          "Of both: train what comes next in the order of customers' items instead of the "
          "factorization, or with --train_hybrid beside it");
  AddFlag(
      app, "train_held_out_days", held_out_days,
      "Of both: the newest days, by which the models are compared with those that serve, and of "
      "which the ranker learns")
      ->check(CLI::Range(1, clientele::recommend::kMaxHeldOutDays));
  AddFlag(app, "train_factors", factors, "Of both: dimensions; 0: 32")->check(CLI::Range(0, 256));
  AddFlag(app, "train_epochs", epochs, "Of both: passes; 0: 20, of a sequence 100")
      ->check(CLI::Range(0, 500));
  AddFlag(app, "train_publish_anyway", publish_anyway,
          "Of both: publish also what is worse than the version that serves");
  AddFlag(app, "train_seed", seed, "Of both: of the random start");
  if (const std::optional<int> exit_code = clientele::flags::ParseFlags(app, argc, argv)) {
    return *exit_code;
  }

  options.scheduled_training = {
      .factors = factors == 0 ? clientele::recommend::kDefaultFactors : factors,
      .epochs = epochs == 0 ? clientele::recommend::kDefaultEpochs : epochs,
      .seed = seed,
      .hybrid = train_hybrid,
      .sequence = train_sequence,
      .sequence_epochs =
          train_sequence && epochs != 0 ? epochs : clientele::recommend::kDefaultSequenceEpochs,
      .held_out_days = held_out_days,
      .publish_anyway = publish_anyway};
  return clientele::flags::RunMain("recommend-service", [&]() -> absl::Status {
    if (migrate_and_exit) return clientele::recommend::MigrateSchema(options);
    if (reencrypt_and_exit) return clientele::recommend::ReencryptData(options);
    if (train_and_exit) {
      CLIENTELE_ASSIGN_OR_RETURN(const std::string line, clientele::recommend::TrainOnce(
                                                             options, options.scheduled_training));
      std::cout << line << std::endl;
      return absl::OkStatus();
    }
    CLIENTELE_ASSIGN_OR_RETURN(auto server, clientele::recommend::Server::Create(options));
    server->Run();
    return absl::OkStatus();
  });
}
