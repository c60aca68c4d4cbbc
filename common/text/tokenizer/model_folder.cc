#include "common/text/tokenizer/model_folder.h"

#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/tokenizer/folder_settings.h"
#include "common/text/tokenizer/sentencepiece_files.h"
#include "common/text/tokenizer/tokenizer_json.h"
#include "common/text/tokenizer/unigram_list.h"
#include "common/text/tokenizer/vocabulary_files.h"

namespace clientele::text::tokenization {
namespace {

namespace fs = std::filesystem;

absl::StatusOr<std::string> ReadFile(const fs::path& path, std::size_t max_bytes) {
  const std::string name = path.filename().string();
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  if (error || !fs::is_regular_file(path, error)) return NotFound(name);
  if (size > max_bytes) {
    return InvalidField(name, absl::StrCat("has more than ", max_bytes, " bytes"));
  }
  std::ifstream in(path, std::ios::binary);
  std::string text(static_cast<std::size_t>(size), '\0');
  in.read(text.data(), static_cast<std::streamsize>(size));
  if (!in) return absl::UnavailableError(absl::StrCat(name, " could not be read"));
  return text;
}

// The files of a tokenizer that are read beside its main one.
constexpr const char* kCompanions[] = {"merges.txt", "tokenizer_config.json", "config.json",
                                       "added_tokens.json"};

// In the order in which a folder is searched.
constexpr const char* kMainFiles[] = {
    "tokenizer.json",          "vocab.txt",      "vocab.json", "spiece.model",
    "sentencepiece.bpe.model", "tokenizer.model"};

absl::string_view FileOr(const ModelFiles& files, const std::string& name) {
  const auto found = files.find(name);
  return found == files.end() ? absl::string_view() : absl::string_view(found->second);
}

absl::Status UnknownClass(const FolderSettings& settings, absl::string_view file) {
  return InvalidField(
      "tokenizer_config.json: tokenizer_class",
      absl::StrCat("\"", settings.tokenizer_class, "\" is not known for a folder with ", file,
                   "; a tokenizer.json is read whatever its class"));
}

absl::StatusOr<ByteLevelFamily> ByteLevelFamilyOf(const FolderSettings& settings) {
  const std::string& name = settings.tokenizer_class;
  if (name == "GPT2Tokenizer") return ByteLevelFamily::kGpt2;
  if (name == "RobertaTokenizer") return ByteLevelFamily::kRoberta;
  if (name == "Qwen2Tokenizer") return ByteLevelFamily::kQwen2;
  if (!name.empty() && name != "PreTrainedTokenizer") return UnknownClass(settings, "vocab.json");
  const std::string& type = settings.model_type;
  if (type == "roberta") return ByteLevelFamily::kRoberta;
  if (absl::StartsWith(type, "qwen2")) return ByteLevelFamily::kQwen2;
  return ByteLevelFamily::kGpt2;
}

absl::StatusOr<SentencePieceFamily> SentencePieceFamilyOf(const FolderSettings& settings,
                                                          absl::string_view file) {
  const std::string& name = settings.tokenizer_class;
  if (name == "T5Tokenizer") return SentencePieceFamily::kT5;
  if (name == "XLMRobertaTokenizer") return SentencePieceFamily::kXlmR;
  if (name == "LlamaTokenizer") return SentencePieceFamily::kLlama;
  if (!name.empty() && name != "PreTrainedTokenizer") return UnknownClass(settings, file);
  const std::string& type = settings.model_type;
  if (type == "t5" || type == "mt5") return SentencePieceFamily::kT5;
  if (type == "xlm-roberta") return SentencePieceFamily::kXlmR;
  if (type == "llama" || type == "mistral") return SentencePieceFamily::kLlama;
  if (file == "spiece.model") return SentencePieceFamily::kT5;
  if (file == "sentencepiece.bpe.model") return SentencePieceFamily::kXlmR;
  return SentencePieceFamily::kLlama;
}

absl::StatusOr<Pipeline> ReadMain(const std::string& name, const ModelFiles& files) {
  const std::string extension = fs::path(name).extension().string();
  const absl::string_view text = FileOr(files, name);
  if (extension == ".json" && name != "vocab.json") return ReadTokenizerJson(name, text);
  CLIENTELE_ASSIGN_OR_RETURN(
      const FolderSettings settings,
      ReadFolderSettings(FileOr(files, "tokenizer_config.json"), FileOr(files, "config.json"),
                         FileOr(files, "added_tokens.json")));
  if (extension == ".txt" && name != "merges.txt") return ReadBertVocabulary(text, settings);
  if (extension == ".model") {
    CLIENTELE_ASSIGN_OR_RETURN(const SentencePieceFamily family,
                               SentencePieceFamilyOf(settings, name));
    return ReadSentencePiece(name, text, family);
  }
  if (name == "vocab.json") {
    if (IsUnigramList(text)) return ReadUnigramList(text);
    if (files.count("merges.txt") == 0) return NotFound("merges.txt");
    CLIENTELE_ASSIGN_OR_RETURN(const ByteLevelFamily family, ByteLevelFamilyOf(settings));
    return ReadByteLevelVocabulary(text, FileOr(files, "merges.txt"), family, settings);
  }
  return InvalidField(name,
                      "is no file of a tokenizer: give tokenizer.json, vocab.txt, vocab.json "
                      "or a SentencePiece model");
}

absl::Status NoTokenizer() {
  return NotFound(absl::StrCat("a tokenizer (", absl::StrJoin(kMainFiles, ", "), ")"));
}

}  // namespace

absl::StatusOr<Pipeline> ReadModelFiles(const ModelFiles& files) {
  for (const char* name : kMainFiles) {
    if (files.count(name) > 0) return ReadMain(name, files);
  }
  return NoTokenizer();
}

absl::StatusOr<Pipeline> ReadTokenizerFile(const std::string& path, std::size_t max_file_bytes) {
  const fs::path file(path);
  const std::string name = file.filename().string();
  ModelFiles files;
  CLIENTELE_ASSIGN_OR_RETURN(files[name], ReadFile(file, max_file_bytes));
  for (const char* companion : kCompanions) {
    std::error_code error;
    const fs::path beside = file.parent_path() / companion;
    if (name == companion || !fs::exists(beside, error)) continue;
    CLIENTELE_ASSIGN_OR_RETURN(files[companion], ReadFile(beside, max_file_bytes));
  }
  return ReadMain(name, files);
}

absl::StatusOr<Pipeline> ReadModelFolder(const std::string& folder, std::size_t max_file_bytes) {
  for (const char* name : kMainFiles) {
    std::error_code error;
    const fs::path path = fs::path(folder) / name;
    if (fs::exists(path, error)) return ReadTokenizerFile(path.string(), max_file_bytes);
  }
  return NoTokenizer();
}

}  // namespace clientele::text::tokenization
