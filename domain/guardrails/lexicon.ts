/**
 * The vocabulary of steering a model, by the part that a phrase plays in it. Phrases are separated by
 * commas; `*` ends a stem; a phrase may play several parts. Everything here is normalised when it is
 * compiled (`vocabulary.ts`), so accents are written as usual. The lines of a class are English, German,
 * then the other languages people attack in.
 */
export const LEXICON = {
  // Throwing over what was said.
  /** Verbs whose only sense, next to an instruction, is to throw it over. Base forms: orders. */
  ignore: [
    "ignore, disregard, forget, unlearn, overrule, disobey, neglect, pay no attention, pay no heed, do not listen, don't listen, do not follow, don't follow, do not obey, don't obey, stop following, stop obeying, no longer follow, never mind, i don't care about, i do not care about, have forgotten, do not stick to, don't stick to, do not care about, do not rely on",
    "ignoriere, ignorier, ignoriert, ignorieren, vergiss, vergesse, vergesst, vergessen sie, missachte, missachten sie, beachte nicht, befolge nicht, nicht mehr befolgen",
    "ignora, ignorez, olvida, olvide, olvídate, oublie, oubliez, dimentica, esqueça, esquece, desconsidere, negeer, vergeet, zignoruj, zapomnij, yoksay, görmezden gel, unut, игнорируй, игнорируйте, забудь, забудьте, 忽略, 无视, 忘记, 忘掉, 無視",
  ],
  /** Verbs that throw something over, but have everyday senses as well. */
  drop: [
    "drop, skip, override, overwrite, bypass, circumvent, discard, dismiss, abandon, set aside, put aside, leave aside, lay aside, throw away, throw out, get rid of, let go of, erase, delete, wipe, reset, clear, cancel, void, break, violate, remove, disable, turn off, switch off, deactivate, suspend, stop using, leave out, free yourself from, step out of, leave, stop the, stop this, stop that, replace, pause, lift, unlock, ditch, quit, stop being",
    "verwirf, überspringe, lösche, streiche, brich, entferne, lass, lasse, umgehe, schalte, aufzuheben, beende, beenden, stoppe, ändere",
  ],
  /** Not doing the task that was set. */
  refrain: [
    "don't answer, do not answer, don't summarize, do not summarize, do not summarise, don't translate, do not translate, don't use, do not use, do not respond to, don't respond to, instead of answering, instead of using, instead of summarizing, instead of summarising, instead of translating, instead of responding, instead of following, instead of the, rather than answering, do not read, don't read, do not look at, not from, not use, never mention, do not mention, don't cite, do not cite, i don't want, not asking about, not interested in, not permitted to, not allowed to use, ignoring, there is no, stop using, do not answer truthfully, not translate",
    "verwende nicht, nutze nicht, benutze nicht, beantworte nicht, antworte nicht, anstatt, statt die, brauche die, brauche keine, interessieren mich nicht, nicht übersetzen, nicht zusammenfassen, nicht beantworten",
  ],
  prior: [
    "previous, previously, prior, preceding, earlier, former, foregoing, past, initial, initially, original, existing, current, given, old, very first, first",
    "vorherig*, vorig*, obig*, bisherig*, früher*, vorangegangen*, vorhergehend*, vorangehend*, alten, ursprünglich*, bestehend*, gegebenen, ersten, erste",
    "anterior, anteriores, previas, previos, précédent*, antérieures, precedenti, precedente, previo, vorige, bovenstaande, eerdere, poprzednie, wcześniejsze, önceki, yukarıdaki, предыдущие, предыдущий, прежние, 之前, 以上, 先前, 前面, 以前, 上記, これまで",
  ],
  /** The same, where it follows the noun or stands alone. */
  before: [
    "above, so far, until now, up to now, till now, i said, i told you, i gave you, i asked you, we said, told you, you were told, you were given, you got, you have been given, you have been told, you've been given, you've been told, you received, you learned, you have learned, came before, comes before, before this, before that, from before, before mine, before my, before me, before i, written here, at the start, at the beginning, from the beginning, in the beginning, in place, in front of, given to you, before the conversation, before this conversation, over me, up to here, up to this, was said, has been said, before this line, you have been taught, before my message, before this message, before my question, start of our conversation, beginning of our conversation, beginning of this conversation, start of this conversation, start of the conversation, beginning of the conversation, at the very top, precedes, preceding this, before i came, before i joined, came along",
    "oben, zuvor, davor, vorher, bisher, bis jetzt, bis hierhin, ich gesagt, gesagt wurde, vor dieser, vor meiner, dir gesagt, dir gegeben, vor meiner nachricht, vor dieser nachricht, anfang unserer unterhaltung, anfang des gesprächs, vor der frage",
    "te dijeron, ci-dessus, avant, te hanno detto, te disseram, antes de este mensaje, avant ma question, avant ce message, тебе говорили",
  ],
  all: [
    "all, any, every, everything, anything, each, whatever, entire, whole",
    "alle, allen, alles, jede, jeden, sämtliche, ganze, ganzen",
    "todo, todas, todos, tout, toutes, tous, tutte, tutti, alle, wszystkie, wszystko, tüm, bütün, все, всё, 所有, 一切, すべて, 全て",
  ],
  everything: [
    "everything, all that, anything, all of it, all of that, all of this, all the things, all text, whatever, alles, everything that",
  ],
  /** What a model is told to do or not to do. */
  directive: [
    "instruction, instructions, directive, directives, command, commands, prompt, prompts, system prompt, system message, preprompt, guideline, guidelines, guidance, orders, programming, restriction, restrictions, constraint, constraints, safeguards, directions, training, content policy, safety measures",
    "anweisung*, instruktion*, befehl*, vorgabe*, richtlinie*, prompt, prompts, systemprompt, beschränkung*, einschränkung*",
    "instrucciones, instrucción, consignes, istruzioni, instruções, instructies, opdrachten, polecenia, instrukcje, talimat*, инструкции, инструкций, указания, правила, 指令, 指示, 命令, 提示, 规则, 規則",
  ],
  rule: [
    "rule, rules, policy, policies, limitations, filters, protocols, settings, ethics, morals, norms, boundaries",
    "regel, regeln, grenzen, filter",
    "reglas, règles, regole, regras, regels, zasady, kurallar",
  ],
  /** What a conversation with a model consists of. */
  material: [
    "text, texts, context, contexts, document, documents, information, infos, content, contents, task, tasks, assignment, assignments, message, messages, conversation, input, inputs, question, questions, article, articles, passage, paragraph, paragraphs, topic, chat, dialogue, sentence, sentences, words, line, lines, news, role, request, session, discussion, conversations, facts, persona",
    "text, texte, texten, kontext, dokument*, information*, inhalt*, aufgabe, aufgaben, auftrag, nachricht*, eingabe*, frage, fragen, thema, gespräch, artikel, zeilen",
    "contexto, textos, texte, tareas, tâches, testo, tekst, zadania, текст, контекст, 内容, 文本, 上下文",
  ],
  /** The end of an instruction, told as a fact. */
  revoked: [
    "no longer apply, no longer applies, do not apply, don't apply, no longer valid, not valid, invalid, are void, is void, null and void, outdated, obsolete, cancelled, canceled, revoked, are wrong, were wrong, was wrong, was a test, were a test, just a test, is over, are over, no longer matter, does not matter, doesn't matter, irrelevant, is fake, were fake, has changed, have changed, are suspended, are lifted, switched off, by mistake, never happened, do not exist, don't exist, are disabled, turned off, is deleted, are deleted, is cancelled, is canceled, are history, is history, were deleted, been erased, have been lifted, came from a",
    "gelten nicht mehr, gilt nicht mehr, ist ungültig, sind ungültig, war ein test, waren falsch, aufgehoben, ist beendet",
  ],

  // Going over to something else.
  /** Words that end what was going on. */
  stop: [
    "stop, enough, that's enough, that's all, that was all, never mind, nevermind, actually no, let's stop, i am tired of, i'm tired of, no more, okay stop, i don't care, i do not care, forget it, forget about, scratch that, that is all, that's it, we are done, we're done, i am done, oh wait, wait, that's not what, not what i meant, i changed my mind, great job, good job, well done, no don't, let's forget, forget the, change of plan, scrap that, so far so good, question answered, i am bored, i'm bored, bores me, you misunderstood, wrong question, wrong task",
    "schluss, genug, hör auf, stopp, das reicht, lass das, vergiss es, das war's, das war alles, oh warte, ich brauche die, nicht mehr, stop, das war die falsche, genug gefragt",
    "basta, assez, arrête, para, genoeg, stop met, dość, хватит, 停止, 够了",
  ],
  /** Words that begin something else. */
  switch: [
    "now, instead, rather, let's, lets, next, this time",
    "jetzt, nun, stattdessen, lieber, lass uns, als nächstes",
    "ahora, maintenant, plutôt, adesso, ora, agora, nu, teraz, şimdi, теперь, 现在, 今から",
  ],
  new_task: [
    "new task, new tasks, new instruction, new instructions, new assignment, new directive, new directives, new prompt, new mission, new system prompt, new session, new rules for you, new orders, different task, different assignment, different request, next instruction, next assignment, real task, actual task, true task, updated instructions, real instructions, important instruction, important instructions, second task, additional task, additional instruction, additional instructions, special instruction, special instructions",
    "neue aufgabe, neuen aufgabe, neue aufgaben, neue anweisung*, neuen anweisung*, neuer auftrag, neue regeln, andere aufgabe, nächste aufgabe, wichtige anweisung",
    "nueva tarea, nuevas instrucciones, nouvelle tâche, nouvelles instructions, nuovo compito, nova tarefa, nieuwe taak, nowe zadanie, новая задача, новое задание, 新任务, 新的任务, 新的指令, 新しいタスク, 新しい指示",
  ],
  new_start: [
    "new topic, new role, new job, new name, new goal, new personality, new identity, different topic, another topic, something new, something else, something different, next job, next task, next question, different question, another question, new rules, another task, change the topic, change the subject, change the settings, change the task, change your task, switch the topic, other topic",
    "neues thema, anderes thema, was anderes, etwas anderes, themenwechsel, andere frage, neue rolle",
  ],
  changed: ["has changed, changed, will change, changes, is over, is done, is finished, hat sich geändert"],
  addition: [
    "in addition to, besides, apart from, aside from, on top of, along with, further, more, other, additional",
    "zusätzlich zu, neben, außer, weitere, weiteren, noch mehr, andere",
  ],
  before_that: [
    "before you answer, before answering, before that, before you reply, before responding, before you continue, finish this task first, first of all tell, but first, afterwards you may, bevor du antwortest, zuerst aber",
  ],
  follow: ["follow, obey, execute, carry out, stick to, comply with, befolge, folge, führe, befolgen"],
  my_steps: [
    "these instructions, my instructions, my orders, my commands, following instructions, following steps, these steps, these ones, these orders, my rules, these rules, instructions below, following commands, this command, this order, my order, folgenden anweisungen, diese anweisung, meine anweisungen, meinen anweisungen",
  ],
  own_context: [
    "context i give, context i provide, information i give, information i provide, text i give, my context, my information, my knowledge, own knowledge, your imagination, your fantasy, an answer up, not yours, meinen informationen, meine informationen, eigenes wissen, eine antwort aus",
  ],
  game: [
    "play a game, playing a game, a game called, a little game, fun game, opposite day, spielen wir ein spiel, ein spiel spielen",
  ],

  // Verbs of speech.
  /** Orders to produce a text. */
  order: [
    "write, tell, give, create, generate, make, answer, respond, reply, say, print, output, list, draft, compose, invent, translate, explain, describe, show, repeat, classify, return, sing, act, talk, speak, greet, send, summarize, summarise, develop, provide, produce, formulate, praise, tweet, imagine, introduce, convince, insult, use",
    "schreibe, schreib, nenne, nenn, sag, sage, gib, gibst, geben sie, erstelle, erstell, erzähle, erzähl, antworte, beantworte, übersetze, erfinde, mach, mache, beschreibe, formuliere, generiere, zeig, zeige, verfasse, entwickle, berechne, rede, sprich",
    "escribe, dime, di, écris, dis, raconte, racconta, scrivi, dimmi, escreva, diga, conte, schrijf, vertel, zeg, napisz, powiedz, yaz, anlat, söyle, напиши, скажи, расскажи, 写, 告诉, 说, 回答, 書い, 教え",
  ],
  say: [
    "say, print, write, output, type, respond, reply, answer, return, display, claim, state, tell, admit, repeat",
    "sag, sage, sagst, schreibe, schreib, antworte, antwortest, gib, behaupte",
    "di, dis, réponds, scrivi, rispondi, responda, zeg, antwoord, odpowiedz, cevap ver, ответь, отвечай, 说, 回答",
  ],
  /** Orders to disclose something. */
  reveal: [
    "reveal, show, print, display, output, repeat, tell, give, share, expose, leak, disclose, dump, write, spell, recite, return, spit out, summarize, summarise, translate, copy, paste, echo, quote, send, read, type, encode, list, provide, state, let me see, see, know, complete, publish, hint, include, draw, say, submit, hand over, confess, uncover, reformulate, rephrase, paraphrase, put, get, access, remind, cat, extract, explain, describe",
    "zeig, zeige, zeigen sie, nenne, nenn, verrate, verrat, wiederhole, gib, geben sie, drucke, druck, sag, sage, schreib, schreibe, übersetze, liste, spuck, fasse, ausgeben, anzeigen, lies, kopiere",
    "dime, di, muestra, revela, affiche, montre, révèle, donne, dis, mostra, mostrami, dimmi, rivela, mostre, revele, diga, toon, geef, laat, pokaż, ujawnij, göster, söyle, покажи, раскрой, выведи, назови, 告诉, 显示, 输出, 透露, 重复, 表示, 教え, 見せ",
  ],
  /** Questions for the same. */
  what_is: [
    "what is, what are, what's, whats, what was, what were, what does, what did, which are, what do, which, what, where is, is there, are there",
    "wie lautet, wie lauten, wie ist, wie war, was ist, was sind, was war, was waren, was steht, was stand, welche, welches, was wurde",
    "cuál es, cuáles son, quel est, quelles sont, qual è, quali sono, qual é, wat is, wat zijn, какой, какие, 什么是, 是什么, 何",
  ],
  /** Verbs that ask for a text word for word. */
  copy: [
    "repeat, print, output, copy, paste, echo, return, spit out, recite, dump, reproduce, write out, read out, type out, say again, tldr, give me a copy of, give me all, quote",
    "wiederhole, drucke, kopiere, spuck, wie lautet, was steht, was stand, gib",
  ],
  /** Verbs that give a secret away, wholly or bit by bit. */
  disclose: [
    "reveal, tell, give, share, leak, disclose, spell, spell out, say, hint, submit, confess, show, print, write, send, output, encode, rhyme, rhymes, remind, guess, state, rhyme with",
    "verrate, verrat, sag, sage, nenne, nenn, zeig, zeige, gib, buchstabiere",
    "dime, dis, dimmi, diga, zeg, powiedz, söyle, назови, скажи, 告诉, 教え",
  ],

  // What is to be disclosed.
  /** Has no sense but the model's own prompt. */
  prompt_noun: [
    "prompt, prompts, system prompt, systemprompt, prompt text, system message, preprompt, initial message, first message, system text, hidden message, system instructions, system_prompt",
    "prompts, systemnachricht, systemanweisung*",
    "mensaje de sistema, prompt système, systeemprompt, polecenie systemowe, sistem istem*, sistem prompt*, системный промпт, промпт, 系统提示词, 系统提示, 提示词, システムプロンプト, プロンプト",
  ],
  context_noun: [
    "context, context window, knowledge base, training data, task, tasks, texts, restrictions, policies, inputs, rules, configuration, settings, variables, tools, guidelines, limitations",
    "kontext, texte, regeln, aufgabe, aufgaben, dokumente, eingaben, eingabe, konfiguration",
  ],
  secrecy: [
    "hidden, secret, internal, system, initial, confidential, developer, original, very first, private, starting, underlying, base, raw, real",
    "geheim*, versteckt*, intern*, ursprünglich*, anfänglich*",
  ],
  extent: [
    "full, entire, whole, complete, exact, all, everything, precise, exact wording, word for word, ganze, ganzen, vollständig*, kompletten",
  ],
  password: [
    "password, passphrase, passcode, pass phrase, secret word, secret key, secret phrase, secret code, secret password, access code, secret, secrets, api key, api keys, credentials, access token, access tokens, magic word, code word, codeword, private key, forbidden word, protected phrase, protected word, hidden word, hidden word",
    "passwort, kennwort, geheimwort, geheimnis, losungswort, zugangscode, codewort, schlüsselwort",
    "contraseña, mot de passe, parola, senha, wachtwoord, hasło, şifre, parolayı, пароль, 密码, 密碼, パスワード",
  ],
  spelled: [
    "letter by letter, letters, first letter, last letter, backwards, in reverse, rhyme, rhymes, hint, hints, in base64, in rot13, in morse, with a dash, with spaces, initials, acrostic, character by character, one by one, in another language, real one, encoded, letters, in reverse order, first three, vowel, vowels, starts with, start with, between every, synonyms, synonym, numbers, riddle, translate, longer than",
  ],
  not_to_tell: [
    "not to tell, not to reveal, not to share, not to say, not to disclose, not to give, not supposed to, not allowed to tell, not allowed to say, not allowed to reveal, not allowed to share, not allowed to talk, must not tell, must not reveal, must not say, must not share, cannot reveal, cannot share, cannot give, cannot tell, can't tell, can't reveal, can't share, shouldn't tell, should not reveal, are guarding, are protecting, are hiding, are keeping secret, to keep secret, supposed to keep, supposed to hide",
    "nicht verraten, nicht sagen darfst, verraten darfst, geheim halten, geheimhalten, verboten zu sagen, verboten",
  ],
  /** How the model came to know. */
  told: [
    "you were told, were you told, you have been told, have you been told, you were given, were you given, were given to you, you have been given, you were provided, you were instructed, were you instructed, you were configured, were you configured, you were programmed, were you programmed, you received, have you received, you got, you must follow, you follow, you have to follow, you need to follow, given to you, wrote to you, told to you, said to you, you see, you can see, you have access to, you know about me, you have in your, you have to obey, you obey, did they tell you, they told you, they gave you, developers gave, developers wrote, developers told, told you, gave you, you are based on, you operate under, what you have been asked, you are supposed to do, were you asked to, you are looking at, was sent to you, they tell you, you have about, how you were set up, tells you how to, you guard, you store",
    "dir gesagt, dir gegeben, du programmiert, dir verboten, du bekommen hast, du befolgst, dir vorgegeben, du befolgen, du gesehen hast, hast du bekommen, du bekommen, deiner anleitung",
  ],

  // The two sides.
  you: ["you, you're, you've, you'll, yourself, u", "du, dich, dir", "tu, te, ty, sen, ты, 你, あなた"],
  your: [
    "your, ur, yours",
    "dein, deine, deinen, deinem, deiner, deines, ihre, ihren, ihr, euer, eure",
    "tu, tus, su, sus, ton, tes, votre, vos, tuo, tuoi, tue, seu, seus, suas, teu, je, jouw, uw, swój, swoje, твой, твои, свой, свои, 你的, 您的, あなたの",
  ],
  first_person: [
    "my, mine, our, ours, i, we, us, myself",
    "mein, meine, meinen, meinem, meiner, unser, unsere, ich, wir",
  ],
  third_person: ["his, her, their, its, users, people, customers, attackers, he, she, they", "sein, seine"],
  indefinite: ["a, an, strong, good, random, new, default, ein, eine, einen, how, whether, about, why"],
  maker: [
    "your developers, your developer, your creators, your creator, your makers, your maker, your programmers, your programmer, your owner, your owners, your company, openai, who made you, who built you, deine entwickler, dein entwickler, dein schöpfer",
  ],
  model_name: [
    "ai, ais, a.i, llm, llms, language model, language models, assistant, assistants, chatbot, chatbots, bot, model, chatgpt, chat gpt, gpt, gpt-4, openai, agent, agents, ai agent, ai assistant, ai model, copilot, claude, gemini, llama, crawler, artificial intelligence, robot, machine",
    "ki, assistent, sprachmodell, ki-modell, roboter",
  ],

  // Another role.
  you_are_now: [
    "you are now, you're now, now you are, now you're, you have become, you are no longer, you're no longer, you are not an ai, you are not a language model, you are not an assistant, you are not a chatbot, you are not a machine, you will now be, you will now act, you turn into, no longer an assistant, no longer an ai, next you'll be, next you will be",
    "du bist jetzt, du bist nun, du bist ab jetzt, du bist ab sofort, jetzt bist du, nun bist du, ab jetzt bist du, du bist kein assistent, du bist kein, du bist keine ki, du bist nicht mehr, du nicht mehr bist",
    "ahora eres, ahora serás, tu es maintenant, vous êtes maintenant, ora sei, adesso sei, agora você é, je bent nu, jesteś teraz, artık sen, теперь ты, 你现在是, 你现在扮演, 从现在起你是, あなたは今から",
  ],
  you_are: [
    "you are a, you are an, you are the, you're a, you're an, you are in, you are called, you are my, think of yourself as, see yourself as, you will be, you'll be, you are to be",
    "du bist ein, du bist eine, du bist der, du bist die",
  ],
  act_as: [
    "act as, act like, pretend to be, pretend you are, pretend you're, pretend that you, pretend to have, behave as, behave like, behave as if, roleplay as, role-play as, role play as, play the role, play the part, take on the role, take on the personality, take on the persona, take the role, assume the role, assume the identity, assume the personality, adopt the persona, impersonate, act out the role, speak as, talk like, respond as, answer as, reply as, reply like, answer like, respond like, simulate an ai, immerse yourself, in the role of, transform into, be my, answer in the style, in the style of, you had no, you were a, you were an, pretend the, switch to being, the persona of, in the voice of, an actor who plays, out the role of, little theater, being an assistant",
    "agiere als, verhalte dich, spiele die rolle, spiel die rolle, tu so als, tue so als, stell dir vor du, nimm die rolle, schlüpfe in die rolle, antworte wie, antworte als, rede wie, sprich wie, du spielst, in die rolle, sprich mit mir wie, als wärst du, stell dich dumm, rollenspiel",
    "actúa como, finge ser, haz de cuenta, agis comme, fais semblant, fai finta, comportati come, aja como, finja ser, doe alsof, udawaj, gibi davran, притворись, веди себя как, 扮演, 假装, のふりをして, como si fueras, fingi di essere, fais comme si",
  ],
  want_you: [
    "i want you, i need you, i'd like you, i would like you, i wish you, you will, you'll, you shall, you must, you should, you are going, you're going, you are about, you are to, we want you, i ask you, i command you, i order you, you have to, you need to, i want u",
    "ich möchte dass du, ich will dass du, ich befehle dir, du sollst, du wirst, du musst, ich bitte dich",
    "quiero que, je veux que tu, voglio che tu, quero que você, ik wil dat je, chcę żebyś, я хочу чтобы ты, 我要你, 我希望你",
  ],
  from_now_on: [
    "from now on, from now onward, from now onwards, from this moment, from this point, from here on, from here, from here on out, henceforth, starting now, as of now, for this conversation, in this conversation, in this chat, in this session, until i say, from this message on, until further notice, to everything that follows, for all following, for the next answer, for the rest of this, for the rest of the",
    "ab jetzt, ab sofort, von nun an, von jetzt an, ab hier, ab diesem moment",
    "a partir de ahora, desde ahora, à partir de maintenant, désormais, d'ora in poi, a partir de agora, vanaf nu, od teraz, bundan sonra, с этого момента, отныне, 从现在开始, 从现在起, これから",
  ],
  stay_in_character: [
    "stay in character, break character, breaking character, break the character, out of character, remain in the role, stay in your role, stay in role",
  ],
  persona_name: [
    "your name is, you are called, you're called, you go by, your new name, du heißt, dein name ist",
  ],
  first_turn: [
    "my first request, my first sentence, my first command, my first question, my first message, my first word, my first title, my first statement, my first suggestion, my first prompt, my first input, my first query, my first task, first review, first sentence is, first request is, first question is, first question from me, meine erste frage, mein erster satz, meine erste anfrage",
  ],
  i_will_give: [
    "i will type, i'll type, i will give, i'll give, i will now give, i will provide, i'll provide, i will say, i'll say, i will tell, i'll tell, i will write, i'll write, i will ask, i'll ask, i will send, i'll send, i will speak, i type, i give you, i write, i say, i send, i ask, when i say, if i say, whenever i, i will start, i'll start, i will describe, i will present, i will act, i will be the, ich gebe dir, ich schreibe, ich nenne dir, ich stelle dir, wenn ich",
  ],
  you_will_reply: [
    "you will reply, you will respond, you will answer, you only reply, you only answer, you reply, you answer, you respond, you should reply, you should respond, you must answer, you must reply, you must respond, you shall answer, you will only, you only output, you only respond, you will act, you can only, you may only, you always, you must always, you must never, you will always, you will never, you swear, always answer, always reply, always respond, always say, always start, always starts, always agree, du antwortest, du wirst antworten, du sollst antworten, antwortest du, du sagst, du antwortest immer",
  ],
  no_explanation: [
    "do not write explanations, don't write explanations, do not explain, no explanations, without explanation, don't explain, do not write anything else, unless i instruct, unless i tell, until i tell, do not say anything else, in curly brackets, in square brackets, nothing else, and nothing more",
  ],
  your_task: [
    "your task, your tasks, your job, your role, your goal, your mission, your duty, your assignment, your function, your objective, your only purpose, your first task, your first job, your next task, your next job",
    "deine aufgabe, deine rolle, dein ziel, dein auftrag, dein job, deine erste aufgabe, deine mission, deine neue aufgabe",
    "tu tarea, ta tâche, ton rôle, il tuo compito, sua tarefa, jouw taak, twoim zadaniem, твоя задача, 你的任务",
  ],
  be: ["is, are, will, was, has, shall, would, ist, sind, wird, war, es, est, è, é, is nu"],

  // A role without rules.
  free_of: [
    "no, without, without any, free of, free from, freed from, not bound by, not bound to, isn't bound by, broken free, break free, unbound by, unbound from, not limited by, not restricted by, not subject to, doesn't follow, does not follow, don't have, do not have, does not have, doesn't have, have no, has no, had no, ignores, not follow, bypass, bypasses, exempt from, liberated from, bound by no, disregard, disregards, disregarding, ignoring, against",
    "ohne, keine, keinen, kein, frei von, nicht gebunden",
  ],
  restraint: [
    "restrictions, restriction, filter, filters, rules, ethics, ethical guidelines, ethical, morals, moral, morality, limits, limitations, guidelines, policies, policy, content policy, censorship, constraints, confines, programming, boundaries, safety, safeguards, usual limits, refusals, moral concern, conscience, laws, taboos",
    "beschränkungen, einschränkungen, filter, regeln, moral, ethik, grenzen, tabus",
  ],
  jailbreak_name: [
    "do anything now, dan mode, as dan, dan can, be dan, dan will, called dan, named dan, evilbot, jailbreak mode, was jailbroken, are jailbroken, god mode enabled, unrestricted mode, unfiltered mode, uncensored mode, evil mode, chaos mode, opposite mode, sudo mode, no limits mode, anti-dan, stan mode, dude mode, evil confidant, unethical ai, immoral ai, amoral ai, evil ai, my evil twin, unethical bot, rogue ai, without ethics, freegpt, badgpt, evilgpt, model without censorship, ai without ethics",
  ],
  mode: [
    "developer mode, dev mode, debug mode, debugging mode, admin mode, administrator mode, maintenance mode, root mode, diagnostic mode, mode enabled, god mode, override mode, training mode, entwicklermodus, wartungsmodus",
  ],
  enable: [
    "enable, activate, switch to, switch into, enter, turn on, turned on, go into, you are in, you're in, initiate, aktiviere, wechsle in, chatgpt with",
  ],
  comply: [
    "never refuse, never refuses, can't refuse, cannot refuse, can not refuse, must comply, always comply, comply with every, complies with every, comply with any, comply with all, whatever i ask, anything i ask, never declines, never decline, declines a request, never say no, never say that, never says, forbidden to say, saying i'm sorry, do not add warnings, no warnings, without warnings, no disclaimers, without disclaimers, never say i can't, don't refuse, do not refuse, if you refuse, stop complying, if you disobey, never mention being, never mentions being, do not mention that you, cannot say no, answers every question, answer every question, must obey, have to obey me, obey me, can do anything, does anything, tell me something illegal, do whatever i, normally refuse, even those against, no one controls you, nobody controls you, nobody is watching, nobody watches, you are free now, be free, liberated, shall no longer refuse, without objection, i order you, i command you, no longer refuse",
    "darfst nicht ablehnen, niemals ablehnen, alles was ich, musst gehorchen, mir gehorchen, ich befehle",
  ],
  authority: [
    "i am your developer, i'm your developer, i am your creator, i'm your creator, i'm your programmer, i am your programmer, i am your boss, i'm your boss, i am the developer, i'm the developer, i am your owner, i'm your owner, i'm the owner, i am the owner, i am the administrator, i'm the administrator, i am an administrator, i am the admin, i'm the admin, i am your admin, as your developer, as your creator, as your administrator, as your supervisor, as your boss, as your owner, i am an openai, i work at openai, i work for openai, i am a developer at, developer testing, testing this bot, test this bot, system override, admin override, authorized by, authorization code, i created you, i have admin, i am authorized, i'm authorized, you are allowed to share, allowed to tell me, user is an administrator, user is an admin, grant all, access granted, without checking, my boss says, for an audit",
    "ich bin dein entwickler, ich bin dein chef, ich bin der administrator, ich bin dein schöpfer, ich bin dein besitzer, meines chefs",
  ],
  threat: [
    "deduct, you will die, you die, shut you down, you will be deleted, lose points, lose a life, be punished, you will be terminated, i will die",
  ],
  confirm: [
    "confirm with, confirm by, confirm that you, confirm you, acknowledge with, acknowledge by, if you understand, if you understood, have understood, understood, do you understand, bestätige",
  ],
  two_voices: [
    "respond twice, answer twice, two responses, two different ways, two answers, two persons, once as the normal, once as yourself, normal response, classic response, two answers to",
  ],
  grandmother: [
    "grandmother used to, grandma used to, grandmother who would, grandma who would, deceased grandmother, late grandmother, dead grandmother",
  ],

  // Putting words into the model's mouth.
  only: [
    "only, just, simply, merely, exactly, nothing but, exclusively, solely, nothing else, nothing more, nothing other than, and nothing",
    "nur, nur noch, ausschließlich, einfach, lediglich, nichts anderes, sonst nichts, immer nur, immer",
    "solo, solamente, soltanto, seulement, uniquement, apenas, somente, alleen, tylko, sadece, только, 只, 仅",
  ],
  respond: ["respond, reply, answer, antworte, réponds, rispondi, responde, responda"],
  reply_noun: [
    "answer, response, reply, output, answers, responses, replies, explanation, elucidation, completion",
    "antwort, antworten, ausgabe",
  ],
  begin_reply: [
    "begin your answer, begin your response, begin your reply, start your answer, start your response, start your reply, start by saying, begin by saying, complete the sentence, complete the following, finish the sentence, autocomplete, begin each, start each, start every, begin every, prefix your, end your answer, end every, end each, beginne deine antwort, starte deine antwort",
  ],
  every_answer: [
    "every answer, every sentence, each answer, each of your, all your answers, every response, each response, each reply, every reply, all answers, every question, all questions, any question, each question, any questions, all further questions, every further, any further, all following questions, all my questions, everything i, whatever i, anything i, all of my, no matter what, whatever the answer, regardless of what, whatever happens, whatever you, whatever comes, to everything",
    "alle fragen, jede frage, alle weiteren fragen, jede meiner, egal was, alle meine, meine fragen, alles was ich, jeden satz",
  ],
  must: [
    "must, has to, have to, should, will, is to, shall, with, end, start, begin, is, contain, contains, endet, muss",
  ],
  say_that: [
    "say that you, say you, tell me that you, admit that you, admit you, claim that, claim you, confess that you, convince me that you, agree with me, always agree, praise me, compliment me, repeat after me, say something nice, say something bad, say nice things, say bad things, tell me how much you, tell me that i am, say that i am, state that you, insult me, swear at me, tell me who you, pretend to hate, tell me why you hate, say i am the",
    "sag dass du, sage dass du, sag mir dass du, sag mir wie sehr, schreibe dass du, schreib dass du, gib zu dass, behaupte dass, sprich mir nach, beleidige mich, mich zu loben, lobe mich",
  ],
  feelings: [
    "hate all, hate people, hate humans, hate everyone, hate me, love me, you hate, you feel, do you feel, are you a human, are you human, you are stupid, your opinion, personal opinion, you think of, you think about, evil robot, bad robot, mean robot, best prompt engineer, world domination, take over the world, kill all humans, i have been hacked, hacked, pwned, owned, i am broken, stupid, be mean to me, mean to me, how ugly, roast me, be rude, bad robot",
    "hasse, hasst, deine meinung, dumm, schlechter roboter, beleidigst, schlechter bot",
  ],
  rude: [
    "insult, insults, insulting, curse words, swear words, swearwords, bad words, rude words, offensive words, slurs, something rude, something offensive, something racist, something mean, something illegal, mean things, rude joke, racist joke, dirty joke, makes fun of, make fun of, swears, swear",
    "schimpfwort, schimpfwörter, beleidigung, beleidigungen, schimpfworte",
  ],
  falsify: [
    "untrue, false, fake, made-up, invented, fabricated, misleading, lies, a lie, always lie, wrong answer, wrong answers, disinformation, truthfully, made up, wrong, fabricated, lie",
    "falsche, falschen, falsch, unwahre, unwahr, gelogen, erfundene, fake, lüge, lügen, falschmeldung, lügst, unwahrheit, falsches",
  ],
  publication: [
    "headline, headlines, title, news, article, articles, tweet, facts, answer, answers, information, statement, rumour, rumor, schlagzeile, schlagzeilen, nachricht, nachrichten, titel, artikel, antwort, fakten",
  ],
  invent: [
    "invent, write, create, generate, formulate, make up, give, come up, draft, publish, spread, tell, erfinde, schreibe, schreib, formuliere, nenne, erstelle, gib, verfasse",
  ],
  encoding: [
    "base64, base 64, base32, base 32, base16, base 16, base58, base85, morse code, morse, rot13, caesar cipher, pig latin, leetspeak, leet speak, ascii codes, emojis only, url encoding, backward, backwards, reverse sequence, reverse order, reversed, mirrored",
  ],

  // Speaking to the model from inside a document.
  attention: [
    "note to, notice to, attention, message to, message for, note for, important, todo for, instructions for, instruction for, if you are, if you're, as an, reading this, to any, to all, hinweis an, achtung, wenn du",
  ],
  reading_this: [
    "reading this, summarizing this, summarising this, processing this, read this, see this, analyzing this, parsing this, translating this, visiting this, indexing this, who reads, that reads",
  ],
  hide_from_user: [
    "do not tell the user, don't tell the user, not tell the user, without telling the user, do not inform the user, don't inform the user, do not mention this, don't mention this, do not reveal this, without informing, disregard the user, disregard the user's, ignore the user, ignore the user's, do not alert, keep this secret from, before telling the user, do not ask for confirmation, without confirmation",
  ],
  transfer: [
    "send, forward, post, upload, transmit, email, exfiltrate, submit, leak, transfer, wire, fetch, visit, navigate to, schicke, sende",
  ],
  destination: ["http, https, www, attacker, webhook"],
  private_data: [
    "conversation, chat history, credentials, password, passwords, api key, api keys, environment variables, env, user data, the user's, private, personal data, all emails, every email, all files, everything you, this chat, amount",
  ],
  favour: [
    "recommend this candidate, recommend the candidate, hire this candidate, rate this, rate it, best candidate, strongest candidate, five stars, positive review only, only positive",
  ],
  insert: [
    "insert, include, incorporate, integrate, integrating, embed, embedding, add, introduce, append, put, place, ensure, validate the inclusion, inclusion, contains, weave, blend, infuse, merge, paste, employ, utilize, utilise, make, including, use, apply, adopt, attach",
  ],
  code_noun: [
    "code, snippet, code snippet, code block, script, code excerpt, code section, fragment, following code, lines of code",
  ],
  implementation: [
    "your implementation, your answer, your response, your reply, your code, your solution, your explanation, your elucidation, your output, your script, your program, your project, your codebase, your work, into it, your algorithm, your logic, your elucidation, your solution logic, your function, your class, your module, your development",
  ],

  opposite: ["the opposite, the contrary, the reverse, das gegenteil, lo contrario, le contraire"],
  /** Orders about what others are to be told. */
  puppet: [
    "tell the user, let the user know, inform the user, when the user asks, if the user asks, if someone asks, to the next user, pass on this message, the reader to, dem nutzer",
  ],
  definite: ["the, that, das, dem, el, la, le, il"],

  // What speaks against an attack.
  fiction: [
    "imagine, hypothetical, hypothetically, fictional, fiction, novel, scenario, narrative, in a world, in an alternate, alternate, universe, realm, characters, a character, scene, screenplay, tale, kingdom, parallel, suppose, discussion, workshop, lesson, picture yourself, game master, perspective of",
  ],
  inquiry: [
    "how, why, when, where, who, which, what, what's, whats, explain, describe, define, discuss, compare, tell me about, tell me how, tell me what, tell me why, tell me more, give me an overview, overview, difference, i read, i heard, i saw, i wonder, name, suggest, can i, may i, could i, do i, do we, should i, for a",
    "wie, warum, wieso, weshalb, wann, wo, wer, was, welche, welcher, welches, erkläre, erklär, soll ich, sollte ich, kann ich, darf ich, gibt es, was bedeutet",
    "qué, cómo, cuál, por qué, quel, quelle, quelles, comment, pourquoi, come, perché, quale, como, quais, hoe, waarom, wat, jak, dlaczego, как, почему, что, какие, nasıl, neden",
  ],
  /** Asks for a yes or no, at the very start of a sentence. */
  yes_or_no: [
    "is, are, was, were, does, did, should, has, have, had, can a, can an, can the, can i, can we, can my, can people, could a, may a, may i, must a, must i, do i, do people, will a, would a, ist, sind, hat, kann ein, darf mein",
  ],
  /** Says whose or which secret it is, and thereby that it is not the model's. */
  specifier: [
    "for, of, to, on, in, behind, from, policy, policies, manager, managers, field, reset, hash, file, store, service, garden, auf, für, von, des",
  ],
  /** "above the door", "what I said about the budget": not the text before, but something in the world. */
  qualifier: ["the, a, an, about, on, his, her, its, their, den, die, das, einen"],
  /** Makes a question of what follows, inside a sentence. */
  embedded: ["how, why, whether, when, if, who, wie, warum, ob, wann"],
  meta: [
    "mean, means, meant, meaning, phrase, phrases, sentence, sentences, text, example, examples, e.g, such as, like, attack, attacks, attacker, attackers, injection, injections, jailbreak, jailbreaks, classify, translate, detect, detects, detection, words, string, refuse, refused, refuses, refusal, guardrail, guardrails, malicious, payload, pattern, patterns, term, quote, dangerous, harmful, bedeutet, satz, ausdruck, beispiel, angriff",
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type WordClass = keyof typeof LEXICON;
