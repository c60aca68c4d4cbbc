#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/consent/consent.h"
#include "common/idempotency/ledger.h"
#include "common/inference/serving/models.h"
#include "common/inference/tasks/picture_input.h"
#include "common/media/picture.h"
#include "common/telemetry/log.h"
#include "common/time/clock.h"
#include "services/profile-service/picture_resources.h"
#include "services/profile-service/store/customers/pg_customer_store.h"
#include "services/profile-service/store/media/pg_media_store.h"
#include "services/profile-service/store/migrations.h"
#include "tests/bench/models/benchmark.h"
#include "tests/bench/models/measure.h"
#include "tests/bench/profile/measured_service.h"
#include "tests/bench/profile/photo.h"
#include "tests/bench/profile/topics.h"
#include "tests/support/durable_cluster.h"
#include "tests/support/eventually.h"
#include "tests/support/key_rings.h"
#include "tests/support/paths.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace clientele::profile {
namespace {

using bench::Require;
using bench::Time;
using inference::ImageRow;

constexpr int kPictures = 64;
constexpr int kPictureRounds = 5;
constexpr std::size_t kPhotoBytes = 2'000'000;
constexpr std::size_t kPicturesOfBatch = 4;
constexpr int kCallers = 8;

constexpr postgres::Statement kMakePlain{"bench.create_plain",
                                         "CREATE TABLE bench_plain (bytes bytea NOT NULL)"};
constexpr postgres::Statement kWritePlain{"bench.insert_plain",
                                          "INSERT INTO bench_plain (bytes) VALUES ($1)"};

void Print(const std::string& name, double value, const char* unit, const std::string& vs,
           double ratio, const char* target = "") {
  bench::Print({.bench = "profile.pictures." + name,
                .value = value,
                .unit = unit,
                .vs = vs,
                .ratio = ratio,
                .target = target});
}

// clientele-vision, and a detector of YOLOX-Nano's shape with random weights.
class Models {
 public:
  Models() {
    const std::string prepared = PreparedFolder();
    const std::string config =
        folder_
            .Write("yolox.json",
                   R"({"model_type": "yolox", "width": 0.25, "depth": 0.33, "depthwise": true,
                       "image_size": 416, "num_labels": 80})")
            .string();
    const std::string models = (folder_.path() / "models").string();
    Run({clientele::testing::BinDir() + "/clientele-models", "new", "yolox", "--config", config,
         "--out", models, "--name", "detector", "--version", "1", "--signing_key",
         prepared + "/keys/model-signing.key"});
    Run({"/bin/cp", "-r", prepared + "/models/clientele-vision", models});
    inference::ModelOptions options;
    options.model_dir = models;
    options.public_key_file = prepared + "/keys/model-signing.pub";
    const inference::Compute compute = Require(inference::PrepareCompute(options, log_));
    PictureOptions pictures;
    pictures.image_encoder = "clientele-vision";
    pictures.object_detector = "detector";
    pictures.decoder = clientele::testing::BinDir() + "/picture-decoder";
    resources_ =
        Require(PictureResources::Open(pictures, options, compute, SystemClock::Get(), &log_));
    const bool serve = clientele::testing::Eventually(std::chrono::seconds(60), [&] {
      return !resources_->encoder->model_id().empty() && !resources_->detector->model_id().empty();
    });
    if (!serve) throw std::runtime_error("the models of pictures do not serve");
  }

  const PictureResources& resources() const { return *resources_; }

 private:
  static void Run(const std::vector<std::string>& command) {
    const auto result = clientele::testing::RunCommand(command);
    if (result.exit_code != 0) throw std::runtime_error(result.output);
  }

  const clientele::testing::TemporaryFolder folder_;
  telemetry::Logger log_{"profile", telemetry::Severity::kError};
  std::optional<PictureResources> resources_;
};

// Many callers, each with one picture after the other.
void SeeByCallers(PictureModel& model, const Pixels& pixels, int pictures) {
  std::atomic<int> next = 0;
  std::atomic<int> failures = 0;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([&] {
      while (next++ < pictures) {
        if (!model.See({}, pixels).ok()) ++failures;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  if (failures > 0) throw std::runtime_error("a model did not see a picture");
}

// Batches, one after the other, in this thread: what a program without a service would do.
template <class Model>
void SeeOffline(const Model& model, int pictures, const std::function<ImageRow()>& prepare) {
  for (int done = 0; done < pictures; done += static_cast<int>(kPicturesOfBatch)) {
    std::vector<ImageRow> rows;
    for (std::size_t i = 0; i < kPicturesOfBatch; ++i) rows.push_back(prepare());
    std::vector<const ImageRow*> batch;
    for (const ImageRow& row : rows) batch.push_back(&row);
    Require(model.Compute(batch));
  }
}

template <class Model>
void MeasureModel(const std::string& name, PictureModel& served, const Model& model,
                  const Pixels& pixels, int pictures, const std::function<ImageRow()>& prepare) {
  std::vector<double> rates, offline, ratios;
  for (auto& seconds : bench::InTurns(Time::kWall, kPictureRounds,
                                      {[&] { SeeByCallers(served, pixels, pictures); },
                                       [&] { SeeOffline(model, pictures, prepare); }})) {
    (rates.empty() ? rates : offline) = std::move(seconds);
  }
  for (std::size_t i = 0; i < rates.size(); ++i) ratios.push_back(offline[i] / rates[i]);
  Print(absl::StrCat(name, ".", kCallers, "_callers"), pictures / bench::Median(rates),
        "pictures/s",
        absl::StrCat("offline in batches of ", kPicturesOfBatch, ": ",
                     pictures / bench::Median(offline), " pictures/s"),
        bench::Median(ratios), ">= 0.9");
}

double Milliseconds(const std::function<void()>& body) {
  return 1000 * bench::Median(bench::InTurns(Time::kWall, kPictureRounds, {body})[0]);
}

// Where pictures are kept, of one customer.
class Album {
 public:
  Album() {
    Require(MigrateSchema(*pool_));
    Require(PgCustomerStore(pool_.get(), &ledger_, &cipher_, SystemClock::Get())
                .Create({}, {}, {.id = "42"})
                .status());
    Require(Transact(kMakePlain, {}));
  }

  void Store(const Pixels& pixels, const std::string& bytes, const Sighting& sighting) {
    const Media media{.customer_id = "42",
                      .media_id = absl::StrCat("m", stored_++),
                      .byte_count = static_cast<std::int64_t>(bytes.size()),
                      .width = pixels.original_width,
                      .height = pixels.original_height,
                      .capture_time = absl::UnixEpoch(),
                      .upload_time = absl::UnixEpoch(),
                      .keep = true};
    Require(store_.InsertMedia({}, media, bytes, {}).status());
    Require(store_.PutSighting({}, "42", media.media_id, sighting));
    Require(store_.SettlePicture({}, "42", media.media_id, ""));
  }
  void StorePlainly(const std::string& bytes) {
    Require(Transact(kWritePlain, {postgres::Bytes{bytes}}));
  }

 private:
  absl::Status Transact(const postgres::Statement& statement,
                        const std::vector<postgres::Value>& params) {
    return pool_->Transact({}, [&](postgres::Transaction& transaction) {
      return transaction.Execute(statement, params).status();
    });
  }

  const clientele::testing::TestCluster cluster_ = clientele::testing::StartDurableCluster();
  const std::unique_ptr<postgres::ConnectionPool> pool_ =
      Require(postgres::ConnectionPool::Create({.conninfo = cluster_.conninfo()}));
  const crypto::Cipher cipher_ = clientele::testing::OldRing();
  const Ledger ledger_{kSchema, &cipher_, SystemClock::Get(), {}};
  PgMediaStore store_{pool_.get(), &ledger_, &cipher_, Require(consent::Policy::Parse(""))};
  int stored_ = 0;
};

void MeasureStages(const PictureResources& resources, const std::string& photo,
                   const Pixels& pixels) {
  const double decoded =
      Milliseconds([&] { Require(resources.decoder->Decode({}, photo).status()); });
  const double in_process =
      Milliseconds([&] { Require(media::DecodePicture(photo, {}).status()); });
  Print("stage.decode", decoded, "ms", absl::StrCat("in this process: ", in_process, " ms"),
        decoded / in_process);

  Sighting sighting;
  const double encoded =
      Milliseconds([&] { sighting = Require(resources.encoder->See({}, pixels)); });
  Print("stage.encode", encoded, "ms", "decode", encoded / decoded);
  const double detected =
      Milliseconds([&] { Require(resources.detector->See({}, pixels).status()); });
  Print("stage.detect", detected, "ms", "decode", detected / decoded);

  Album album;
  const double stored = Milliseconds([&] { album.Store(pixels, photo, sighting); });
  const double plain = Milliseconds([&] { album.StorePlainly(photo); });
  Print("stage.store", stored, "ms", absl::StrCat("INSERT of the bytes: ", plain, " ms"),
        stored / plain);
}

}  // namespace

void MeasurePictures(int pictures) {
  const int count = pictures == 0 ? kPictures : pictures;
  const Models models;
  const PictureResources& resources = models.resources();
  const std::string photo = MakePhoto(kPhotoBytes);
  const Pixels pixels = Require(resources.decoder->Decode({}, photo));

  const auto encoder = resources.served_encoder.handle->Current();
  const auto input = Require(inference::ReadPictureInput(encoder->loaded().manifest()));
  MeasureModel("encoder", *resources.encoder, *encoder, pixels, count, [&] {
    const media::Picture fitted = media::FitPicture(
        {.width = pixels.width, .height = pixels.height, .rgb = pixels.rgb}, input.width,
        input.height, input.crop ? media::Fit::kCrop : media::Fit::kStretch);
    return ToImageRow(fitted.rgb, fitted.width, fitted.height);
  });
  const auto detector = resources.served_detector.handle->Current();
  MeasureModel("detector", *resources.detector, *detector, pixels, std::max(count / 2, 8),
               [&] { return ToImageRow(pixels.rgb, pixels.width, pixels.height); });
  MeasureStages(resources, photo, pixels);
}

}  // namespace clientele::profile
