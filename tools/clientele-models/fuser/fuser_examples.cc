#include "tools/clientele-models/fuser/fuser_examples.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include "common/csv/csv_reader.h"
#include "common/status/status_macros.h"
#include "services/qa-service/training/encoder_bundle.h"
#include "tools/clientele-models/fuser/picture_vectors.h"

namespace clientele::models {
namespace {

constexpr std::int64_t kSourceStride = 100'000'000;

// One customer, whose texts and categories are numbers of lists.
struct Row {
  const profile::PastCustomer* past = nullptr;  // null: no behavior
  std::vector<std::size_t> texts = {};
  std::int64_t picture = -1;
  std::size_t source = 0;
  std::map<std::size_t, double> categories = {};
  int churn = -1;
  std::int64_t customer = 0;
};

// Strings by their number, each once.
class Numbers {
 public:
  std::size_t Of(const std::string& text) {
    const auto [at, added] = index_.try_emplace(text, list_.size());
    if (added) list_.push_back(text);
    return at->second;
  }
  const std::vector<std::string>& list() const { return list_; }

 private:
  std::map<std::string, std::size_t> index_;
  std::vector<std::string> list_;
};

struct Gathered {
  std::vector<Row> rows;
  Numbers texts;
  Numbers categories;                                // by source and name
  std::vector<std::set<std::size_t>> categories_of;  // of each source
  std::vector<at::Tensor> pictures;
};

std::size_t CategoryOf(Gathered& gathered, std::size_t source, const std::string& name) {
  // A tab stands in no category.
  const std::size_t number = gathered.categories.Of(absl::StrCat(source, "\t", name));
  gathered.categories_of[source].insert(number);
  return number;
}

void AddCompany(const PastCompany& company, Gathered& gathered) {
  const std::size_t source = gathered.categories_of.size();
  gathered.categories_of.emplace_back();
  for (const profile::PastCustomer& past : company.past) {
    Row row{.past = &past, .source = source};
    for (const std::string& text : past.texts) row.texts.push_back(gathered.texts.Of(text));
    for (const auto& [name, weight] : past.categories) {
      row.categories[CategoryOf(gathered, source, name)] = weight;
    }
    if (company.source->scores && past.bought_before) row.churn = past.bought ? 0 : 1;
    row.customer = static_cast<std::int64_t>(source) * kSourceStride +
                   static_cast<std::int64_t>(past.customer);
    gathered.rows.push_back(std::move(row));
  }
}

// The first texts of each class.
absl::StatusOr<std::vector<std::vector<std::string>>> ReadTexts(
    const PictureSource& source, const std::filesystem::path& data,
    const std::vector<std::string>& classes) {
  std::vector<std::vector<std::string>> texts(classes.size());
  if (source.texts.empty()) return texts;
  CLIENTELE_ASSIGN_OR_RETURN(const std::unique_ptr<csv::CsvReader> reader,
                             csv::CsvReader::Open(data / source.texts));
  CLIENTELE_RETURN_IF_ERROR(reader->RequireColumns({source.text_column, source.class_column}));
  csv::CsvRow row;
  while (true) {
    CLIENTELE_ASSIGN_OR_RETURN(const bool more, reader->Next(&row));
    if (!more) return texts;
    CLIENTELE_RETURN_IF_ERROR(row.error());
    for (std::size_t c = 0; c < classes.size(); ++c) {
      const std::vector<std::string>& names = source.classes.at(classes[c]);
      if (static_cast<std::int64_t>(texts[c].size()) < source.texts_of_class &&
          std::find(names.begin(), names.end(), row.Get(source.class_column)) != names.end()) {
        texts[c].emplace_back(row.Get(source.text_column));
      }
    }
  }
}

absl::Status AddPictures(const PictureSource& source, const std::filesystem::path& encoder,
                         const std::filesystem::path& data, Gathered& gathered) {
  std::vector<std::string> classes;
  for (const auto& [name, texts] : source.classes) classes.push_back(name);
  CLIENTELE_ASSIGN_OR_RETURN(const auto texts, ReadTexts(source, data, classes));
  CLIENTELE_ASSIGN_OR_RETURN(const PictureVectors vectors,
                             EncodePictures(encoder, data / source.folder, classes));
  const std::size_t number = gathered.categories_of.size();
  gathered.categories_of.emplace_back();
  std::int64_t first = 0;
  for (const at::Tensor& pictures : gathered.pictures) first += pictures.size(0);
  for (std::size_t p = 0; p < vectors.classes.size(); ++p) {
    const auto label = static_cast<std::size_t>(vectors.classes[p]);
    Row row{.picture = first + static_cast<std::int64_t>(p), .source = number};
    row.categories[CategoryOf(gathered, number, classes[label])] = 1;
    if (!texts[label].empty()) {
      row.texts = {gathered.texts.Of(texts[label][p % texts[label].size()])};
    }
    row.customer = static_cast<std::int64_t>(number) * kSourceStride + static_cast<std::int64_t>(p);
    gathered.rows.push_back(std::move(row));
  }
  gathered.pictures.push_back(vectors.rows);
  return absl::OkStatus();
}

// "3\ttea-and-coffee" -> "tea and coffee": as people would write it.
std::string NameOf(const std::string& category) {
  return absl::StrReplaceAll(category.substr(category.find('\t') + 1), {{"-", " "}, {"_", " "}});
}

absl::StatusOr<at::Tensor> Encode(const qa::EncoderBundle& encoder,
                                  const std::vector<std::string>& texts,
                                  const std::function<void(absl::string_view)>& progress) {
  CLIENTELE_ASSIGN_OR_RETURN(const qa::EncoderRows rows, encoder.Encode(texts, progress));
  at::Tensor tensor = at::empty(
      {static_cast<std::int64_t>(texts.size()), static_cast<std::int64_t>(rows.dimension)},
      at::kFloat);
  std::copy(rows.vectors.begin(), rows.vectors.end(), tensor.data_ptr<float>());
  return tensor;
}

void Fill(const Gathered& gathered, const at::Tensor& texts, const at::Tensor& pictures,
          profile::FuserExamples& examples) {
  for (std::size_t i = 0; i < gathered.rows.size(); ++i) {
    const Row& row = gathered.rows[i];
    const auto at = static_cast<std::int64_t>(i);
    if (row.past != nullptr) {
      std::copy(row.past->behavior.begin(), row.past->behavior.end(),
                examples.behavior[at].data_ptr<float>());
      examples.present[at][0] = 1;
    }
    if (!row.texts.empty()) {
      std::vector<std::int64_t> index(row.texts.begin(), row.texts.end());
      const at::Tensor mean = texts.index_select(0, at::tensor(index, at::kLong)).mean(0);
      const double length = mean.norm().item<double>();
      if (length > 1e-6) {
        examples.text[at].copy_(mean / length);
        examples.present[at][1] = 1;
      }
    }
    if (row.picture >= 0) {
      examples.image[at].copy_(pictures[row.picture]);
      examples.present[at][2] = 1;
    }
    double sum = 0;
    for (const auto& [category, weight] : row.categories) sum += weight;
    for (const auto& [category, weight] : row.categories) {
      examples.targets[at][static_cast<std::int64_t>(category)] = weight / sum;
    }
    for (const std::size_t category : gathered.categories_of[row.source]) {
      examples.companies[at][static_cast<std::int64_t>(category)] = 1;
    }
    examples.churn[at] = row.churn;
  }
}

}  // namespace

absl::StatusOr<FuserData> MakeFuserData(const FuserRecipe& recipe,
                                        const std::filesystem::path& recipe_folder,
                                        const std::filesystem::path& data,
                                        const std::vector<PastCompany>& companies,
                                        const std::function<void(absl::string_view)>& progress) {
  Gathered gathered;
  for (const PastCompany& company : companies) AddCompany(company, gathered);
  for (const PictureSource& source : recipe.pictures) {
    progress("looking at pictures");
    CLIENTELE_RETURN_IF_ERROR(
        AddPictures(source, recipe_folder / recipe.image_encoder, data, gathered));
  }
  if (gathered.pictures.empty()) {
    return absl::InvalidArgumentError("there are no pictures to learn from");
  }
  CLIENTELE_ASSIGN_OR_RETURN(const auto encoder,
                             qa::EncoderBundle::Open(recipe_folder / recipe.text_encoder));
  progress(absl::StrCat("encoding ", gathered.texts.list().size(), " texts"));
  CLIENTELE_ASSIGN_OR_RETURN(const at::Tensor texts,
                             Encode(*encoder, gathered.texts.list(), progress));
  std::vector<std::string> names;
  for (const std::string& category : gathered.categories.list()) names.push_back(NameOf(category));
  FuserData made;
  CLIENTELE_ASSIGN_OR_RETURN(made.examples.categories, Encode(*encoder, names, progress));
  const at::Tensor pictures = at::cat(gathered.pictures);
  const auto count = static_cast<std::int64_t>(gathered.rows.size());
  const auto zeros = [&](std::int64_t width) { return at::zeros({count, width}, at::kFloat); };
  made.examples.behavior = zeros(static_cast<std::int64_t>(profile::kBehaviorFeatures));
  made.examples.text = zeros(texts.size(1));
  made.examples.image = zeros(pictures.size(1));
  made.examples.present = zeros(3);
  made.examples.targets = zeros(static_cast<std::int64_t>(names.size()));
  made.examples.companies = zeros(static_cast<std::int64_t>(names.size()));
  made.examples.churn = at::zeros({count}, at::kFloat);
  Fill(gathered, texts, pictures, made.examples);
  for (const Row& row : gathered.rows) made.customers.push_back(row.customer);
  return made;
}

}  // namespace clientele::models
