#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "common/csv/csv_reader.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/paths.h"
#include "tests/unit/starter/encode_texts.h"
#include "tools/clientele-models/starter/text_encoder_module.h"

namespace clientele::starter {
namespace {

struct Labeled {
  std::vector<std::string> texts;
  std::vector<std::string> labels;
};

Labeled ReadLabeled(const std::filesystem::path& path) {
  Labeled data;
  auto reader = csv::CsvReader::Open(path);
  REQUIRE(reader.ok());
  csv::CsvRow row;
  while (*(*reader)->Next(&row)) {
    data.texts.emplace_back(row.Get("text"));
    data.labels.emplace_back(row.Get("category"));
  }
  return data;
}

at::Tensor EncodeAll(TextEncoderModule& trained, const Labeled& data,
                     const text::HashedNgramOptions& ngrams) {
  std::vector<at::Tensor> pieces;
  for (std::size_t begin = 0; begin < data.texts.size(); begin += 256) {
    const std::size_t end = std::min(begin + 256, data.texts.size());
    const std::vector<std::string> some(data.texts.begin() + static_cast<std::ptrdiff_t>(begin),
                                        data.texts.begin() + static_cast<std::ptrdiff_t>(end));
    pieces.push_back(EncodeTexts(trained.module, some, ngrams));
  }
  return at::cat(pieces);
}

// Share of texts whose nearest other text has the same label.
double NearestNeighborAccuracy(const at::Tensor& rows, const Labeled& data) {
  at::Tensor cosines = at::mm(rows, rows.t());
  cosines.fill_diagonal_(-2);
  const at::Tensor nearest = cosines.argmax(1);
  std::size_t right = 0;
  for (std::size_t i = 0; i < data.labels.size(); ++i) {
    const auto other =
        static_cast<std::size_t>(nearest[static_cast<std::int64_t>(i)].item<std::int64_t>());
    right += data.labels[i] == data.labels[other] ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(data.labels.size());
}

TEST_CASE("nearest neighbors of real customers' questions share their intent", "[.][quality]") {
  const auto path =
      std::filesystem::path(clientele::testing::SourceDir()) / "../shared/data/banking77/train.csv";
  if (!std::filesystem::exists(path)) SKIP("banking77 is not there");
  const Labeled data = ReadLabeled(path);
  const TextEncoderSettings settings;
  auto trained = TrainTextEncoder(data.texts, settings);
  REQUIRE(trained.ok());
  const double accuracy = NearestNeighborAccuracy(EncodeAll(*trained, data, settings.ngrams), data);
  WARN("same intent for " << accuracy << " of " << data.texts.size());
  CHECK(accuracy > 0.8);
}

}  // namespace
}  // namespace clientele::starter
