/** What the shells are given to complete `runstead`: each asks the program itself, so that a script never goes out of date. */

const BASH = `# Completion of runstead for bash: source <(runstead completion bash)
_runstead() {
	local line word="\${COMP_WORDS[COMP_CWORD]}"
	COMPREPLY=()
	while IFS= read -r line; do
		if [[ "\${line%%$'\\t'*}" == ":files" ]]; then
			while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$word")
			compopt -o filenames 2>/dev/null
		else
			COMPREPLY+=("\${line%%$'\\t'*}")
		fi
	done < <(runstead __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _runstead runstead
`;

const ZSH = `#compdef runstead
# Completion of runstead for zsh: source <(runstead completion zsh), after compinit
_runstead() {
	local line word
	local -a described
	while IFS= read -r line; do
		word=\${line%%$'\\t'*}
		if [[ $word == ":files" ]]; then
			_files
		else
			described+=("\${word//:/\\\\:}:\${line#*$'\\t'}")
		fi
	done < <(runstead __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)
	(( \${#described} )) && _describe runstead described
}
compdef _runstead runstead
`;

const FISH = `# Completion of runstead for fish: runstead completion fish | source
function __runstead_candidates
	set -l words (commandline -opc) (commandline -ct)
	for line in (runstead __complete $words[2..-1] 2>/dev/null)
		if string match -q ":files*" -- $line
			__fish_complete_path (commandline -ct)
		else
			echo $line
		end
	end
end
complete -c runstead -f -a "(__runstead_candidates)"
`;

export const COMPLETION_SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
