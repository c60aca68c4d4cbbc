#include "common/text/tokenizer/model_folder.h"

#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/tokenizer/folder_settings.h"
#include "common/text/tokenizer/sentencepiece_files.h"
#include "common/text/tokenizer/tokenizer_json.h"
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

// Empty where there is no such file.
absl::StatusOr<std::string> ReadOptionalFile(const fs::path& path, std::size_t max_bytes) {
  std::error_code error;
  if (!fs::exists(path, error)) return std::string();
  return ReadFile(path, max_bytes);
}

absl::StatusOr<FolderSettings> ReadSettings(const fs::path& folder, std::size_t max_bytes) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string tokenizer_config,
                             ReadOptionalFile(folder / "tokenizer_config.json", max_bytes));
  CLIENTELE_ASSIGN_OR_RETURN(const std::string config,
                             ReadOptionalFile(folder / "config.json", max_bytes));
  CLIENTELE_ASSIGN_OR_RETURN(const std::string added,
                             ReadOptionalFile(folder / "added_tokens.json", max_bytes));
  return ReadFolderSettings(tokenizer_config, config, added);
}

absl::Status UnknownClass(const FolderSettings& settings, absl::string_view file) {
  return InvalidField("tokenizer_config.json: tokenizer_class",
                      absl::StrCat("\"", settings.tokenizer_class,
                                   "\" is not known for a folder with ", file,
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

}  // namespace

absl::StatusOr<Pipeline> ReadTokenizerFile(const std::string& path, std::size_t max_file_bytes) {
  const fs::path file(path);
  const fs::path folder = file.parent_path();
  const std::string name = file.filename().string();
  CLIENTELE_ASSIGN_OR_RETURN(const std::string text, ReadFile(file, max_file_bytes));
  const bool is_json = file.extension() == ".json" && name != "vocab.json";
  if (is_json) return ReadTokenizerJson(name, text);
  CLIENTELE_ASSIGN_OR_RETURN(const FolderSettings settings, ReadSettings(folder, max_file_bytes));
  if (file.extension() == ".txt" && name != "merges.txt") {
    return ReadBertVocabulary(text, settings);
  }
  if (file.extension() == ".model") {
    CLIENTELE_ASSIGN_OR_RETURN(const SentencePieceFamily family,
                               SentencePieceFamilyOf(settings, name));
    return ReadSentencePiece(name, text, family);
  }
  if (name == "vocab.json") {
    CLIENTELE_ASSIGN_OR_RETURN(const std::string merges,
                               ReadFile(folder / "merges.txt", max_file_bytes));
    CLIENTELE_ASSIGN_OR_RETURN(const ByteLevelFamily family, ByteLevelFamilyOf(settings));
    return ReadByteLevelVocabulary(text, merges, family, settings);
  }
  return InvalidField(name, "is no file of a tokenizer: give tokenizer.json, vocab.txt, vocab.json "
                            "or a SentencePiece model");
}

absl::StatusOr<Pipeline> ReadModelFolder(const std::string& folder, std::size_t max_file_bytes) {
  std::error_code error;
  for (const char* name : {"tokenizer.json", "vocab.txt", "vocab.json", "spiece.model",
                           "sentencepiece.bpe.model", "tokenizer.model"}) {
    const fs::path path = fs::path(folder) / name;
    if (fs::exists(path, error)) return ReadTokenizerFile(path.string(), max_file_bytes);
  }
  return NotFound(
      "a tokenizer (tokenizer.json, vocab.txt, vocab.json with merges.txt, spiece.model, "
      "sentencepiece.bpe.model or tokenizer.model)");
}

}  // namespace clientele::text::tokenization
